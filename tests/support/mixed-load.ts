import { Load, startLoad } from "../../load/load";
import { LoadReport } from "../../load/report";

/**
 * The rates that are tried, a second. Pulumi, builds and starts share the machine's cores with the load and the stack, so it is
 * less than the stack could serve; a machine that is busy with other things, and late while nothing changes, gets less still.
 */
const rates = [400, 200, 100];

/**
 * Enough for a machine that stands still for three seconds and needs as many to catch up. Not more: the engine's port process has six
 * open files for each, and ends for good where they run out, at 20,000 on some machines.
 */
const clients = 3000;

/** Mixed load on a stack, at a rate that this machine can offer. */
export class MixedLoad {
  private load: Load | undefined;

  private constructor(
    private readonly url: string,
    private readonly rate: number,
  ) {}

  /** Finds the rate, while nothing changes; says it. */
  static async on(url: string): Promise<MixedLoad> {
    const rate = await offeredInTime(url);
    console.info(`${rate} requests/s`);
    return new MixedLoad(url, rate);
  }

  /** Offers it while `change` is made; everything it offered, accounted for. */
  async under(change: (load: Load) => Promise<void>): Promise<LoadReport> {
    this.load = await startLoad({ url: this.url, rate: this.rate, clients, mix: "mixed" });
    await change(this.load);
    const report = await this.load.stop();
    this.load = undefined;
    console.info(
      `${report.offered} offered in ${report.seconds.toFixed(0)} s, ${report.failed} failed ${JSON.stringify(report.failures)}, ` +
        `p99 ${report.latency.all.p99.toFixed(0)} ms, streams ${JSON.stringify(report.streams)}`,
    );
    return report;
  }

  /** Ends what a change that threw left. */
  async stop(): Promise<void> {
    await this.load?.stop();
  }
}

/** The highest rate that the machine offers in time, and the stack serves: a request of 2 s takes little more. */
async function offeredInTime(url: string): Promise<number> {
  for (const rate of rates) {
    const settled = await startLoad({ url, rate, clients, mix: "mixed" });
    await new Promise((resolve) => setTimeout(resolve, 6000));
    const { failed, latency } = await settled.stop();
    if (failed === 0 && latency.all.p99 < 2500) return rate;
  }
  return rates.at(-1)!;
}
