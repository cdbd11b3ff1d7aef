import { availableParallelism } from "node:os";

import { Load, startLoad } from "../../load/load";
import { LoadReport } from "../../load/report";
import { Client } from "./client";
import { ProjectCopy } from "./project-copy";
import { TestStack } from "./test-stack";

/**
 * The rates that are tried, a second. Pulumi, builds and starts share the machine's cores with the load and the stack, so it is
 * less than the stack could serve: two cores serve 800/s while nothing changes, but not a step from 8 replicas to one. A machine that is
 * busy with other things, and late while nothing changes, gets less still.
 */
const rates = [800, 400, 200, 100, 50].filter((rate) => rate <= 200 * availableParallelism());

/**
 * Enough for a machine that stands still for three seconds and needs as many to catch up. Not more: the engine's port process has six
 * open files for each, and ends for good where they run out, at 20,000 on some machines.
 */
const clients = 3000;

/** What a load came to, and how many visits Redis counted meanwhile. */
export type CountedReport = LoadReport & { readonly counted: number };

/** A stack of its own that is changed under mixed load, at a rate that this machine can offer. */
export class StackUnderLoad {
  private load: Load | undefined;

  private constructor(
    readonly project: ProjectCopy,
    readonly stack: TestStack,
    private readonly rate: number,
  ) {}

  /** Brings it up, finds the rate while nothing changes, and says it. @param settings key -> value */
  static async make(settings?: Readonly<Record<string, string>>): Promise<StackUnderLoad> {
    const project = await ProjectCopy.make();
    const stack = await TestStack.make(project, settings);
    try {
      await stack.up();
      const rate = await offeredInTime(stack.url);
      console.info(`${rate} requests/s`);
      return new StackUnderLoad(project, stack, rate);
    } catch (error) {
      await stack.cleanUp();
      await project.remove();
      throw error;
    }
  }

  /** Offers the load while `change` is made; everything it offered, accounted for. */
  async under(change: (load: Load) => Promise<void>): Promise<CountedReport> {
    const { url } = this.stack;
    const { global_count: before } = await new Client(url).visit();
    this.load = await startLoad({ url, rate: this.rate, clients, mix: "mixed" });
    await change(this.load);
    const report = await this.load.stop();
    this.load = undefined;
    console.info(
      `${report.offered} offered in ${report.seconds.toFixed(0)} s, ${report.failed} failed ${JSON.stringify(report.failures)}, ` +
        `p99 ${report.latency.all.p99.toFixed(0)} ms, streams ${JSON.stringify(report.streams)}`,
    );
    const { global_count: after } = await new Client(url).visit();
    return { ...report, counted: after - before - 1 };
  }

  /** Also ends what a change that threw left. */
  async remove(): Promise<void> {
    await this.load?.stop();
    await this.stack.cleanUp();
    await this.project.remove();
  }
}

/** The p99 of plain reads, in milliseconds, below which a machine has room for what a change takes besides. */
const easyMs = 100;

/** The highest rate that the machine offers in time, and the stack serves with ease. */
async function offeredInTime(url: string): Promise<number> {
  for (const rate of rates) {
    const settled = await startLoad({ url, rate, clients, mix: "mixed" });
    await new Promise((resolve) => setTimeout(resolve, 6000));
    const { failed, latency } = await settled.stop();
    if (failed === 0 && latency.byKind.get!.p99 < easyMs) return rate;
  }
  return rates.at(-1)!;
}
