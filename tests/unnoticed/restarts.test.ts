import { setTimeout as sleep } from "node:timers/promises";

import { baseImages } from "../../infra/base-images";
import { startLoad } from "../../load/load";
import { LoadReport } from "../../load/report";
import { liveRestoreFits } from "../../setup/engine-start";
import { Client } from "../support/client";
import { eventually } from "../support/eventually";
import { Loopback } from "../support/loopback";
import { lossesOf } from "../support/losses";
import { ProjectCopy } from "../support/project-copy";
import { SecondEngine } from "../support/second-engine";
import { TestStack } from "../support/test-stack";

jest.setTimeout(300_000);

const rate = 100;
const timeoutSeconds = 20;

/** So many visits in a row come to each of three replicas. */
const round = 9;

/** More than the worker does in ten seconds, of a second each: most wait when something breaks, some are being done. */
const jobs = 100;

let project: ProjectCopy;

/** A stack on an engine of its own, which may be restarted. */
class Place {
  private constructor(
    readonly engine: SecondEngine,
    readonly stack: TestStack,
    private readonly loopback: Loopback,
  ) {}

  static async make(engine: SecondEngine): Promise<Place> {
    await engine.take(Object.values(baseImages));
    const settings = { "docker:host": engine.host, httpPort: "8080", replicas: "3", "app.memoryMiB": "192" };
    const stack = await TestStack.make(project, settings);
    const place = new Place(engine, stack, await Loopback.to(engine.publishedAt, 8080));
    await stack.up();
    await place.serves();
    return place;
  }

  get url(): string {
    return `http://127.0.0.1:${this.loopback.port}`;
  }

  /** Each of its replicas has Redis back: one that asked for it in the wrong moment waits seconds longer than the others. */
  serves = () => eventually("the stack serves", () => this.visit(round), 120);

  private async visit(times: number) {
    const visits = [];
    while (visits.length < times) visits.push(await new Client(this.url).visit());
    return visits.at(-1)!;
  }

  /** @returns the ids of jobs that were acknowledged */
  private async enqueue(): Promise<string[]> {
    const ids = [];
    const body = JSON.stringify({ name: "sleep", payload: { milliseconds: 1000 } });
    while (ids.length < jobs) {
      const response = await fetch(`${this.url}/jobs`, { method: "POST", body });
      if (response.status !== 202) throw new Error(`POST /jobs answered ${response.status}: ${await response.text()}`);
      ids.push(((await response.json()) as { id: string }).id);
    }
    return ids;
  }

  /** Each of them was done. */
  private async did(ids: readonly string[]): Promise<void> {
    const isOver = (state: string) => !["waiting", "active", "delayed", "prioritized"].includes(state);
    const ends = async () => {
      const answers = await Promise.all(ids.map((id) => new Client(this.url).get(`/jobs/${id}`)));
      const states = answers.map(({ status, body }) =>
        status === 200 ? (body as { state: string }).state : String(status),
      );
      return states.every(isOver) && states;
    };
    const states = await eventually("every job is over", ends, 90);
    expect(states.filter((state) => state !== "completed")).toEqual([]);
  }

  /** Every container runs and, where it has a health check, is healthy. */
  async isWell(): Promise<void> {
    let lines: string[] = [];
    const looks = async () => {
      lines = (await this.engine.docker("ps", "--all", "--format", "{{.Names}} {{.Status}}")).split("\n");
      return lines.length >= 8 && lines.every((line) => / Up .*\(healthy\)| Up [^(]*$/.test(line));
    };
    await eventually("every container is well", looks, 90).catch((error: unknown) => {
      throw new Error(`not every container is well:\n${lines.join("\n")}`, { cause: error });
    });
  }

  /**
   * Offers requests while something breaks, and until it is whole again; holds Redis against what was acknowledged.
   *
   * @param withinSeconds in how many different seconds requests may fail: several times what it takes on a quiet machine
   */
  async under(what: string, withinSeconds: number, breaks: () => Promise<unknown>): Promise<LoadReport> {
    const { global_count: before } = await this.serves();
    const ids = await this.enqueue();
    const load = await startLoad({ url: this.url, rate, mix: "get", timeoutSeconds, clients: rate * timeoutSeconds });
    let report: LoadReport;
    try {
      await sleep(3000);
      await breaks();
      await this.isWell();
      await this.serves();
      await sleep(2000);
    } finally {
      report = await load.stop();
    }
    const bad = report.timeline.filter(({ failed }) => failed > 0).length;
    console.info(
      `${what}: ${report.failed} of ${report.offered} failed ${JSON.stringify(report.failures)}, in ${bad} different seconds; ` +
        `the slowest that did not ${(report.latency.all.max / 1000).toFixed(1)} s`,
    );
    expect(bad).toBeLessThanOrEqual(withinSeconds);
    const { global_count: after } = await this.serves();
    // A visit that Redis took and nobody was told of is one more, never one less.
    expect(after - before - round).toBeGreaterThanOrEqual(report.visits.acknowledged);
    for (const { acknowledged, highest } of report.sessions) expect(highest).toBeGreaterThanOrEqual(acknowledged);
    await this.did(ids);
    return report;
  }

  /** A new release, and no request fails: the load balancer sees the engine, and the engine its replicas. */
  async rolls(title: string): Promise<void> {
    await project.edit("app/main.ts", (text) => `${text}\nprocess.title = "${title}";\n`);
    const load = await startLoad({ url: this.url, rate, mix: "get" });
    const failure = await this.stack.up().catch((error: unknown) => error as Error);
    const report = await load.stop();
    if (failure instanceof Error) throw failure;
    expect(lossesOf(report)).toEqual({});
    const served = new Set<string>();
    for (let i = 0; i < round; i++) served.add((await new Client(this.url).visit()).served_by.instance);
    const revision = await this.stack.output("appRevision");
    expect([...served].sort()).toEqual([1, 2, 3].map((index) => `app-${revision}-${index}`));
  }

  async remove(): Promise<void> {
    await this.stack.cleanUp();
    this.loopback.close();
    await this.engine.remove();
  }
}

beforeAll(async () => {
  project = await ProjectCopy.make();
});

afterAll(async () => {
  await project?.remove();
});

// A second engine needs root's rights.
const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;

describeAsRoot("nothing that was acknowledged is lost", () => {
  let place: Place | undefined;

  beforeAll(async () => {
    place = await Place.make(await SecondEngine.start({ use: "restarts" }));
  });

  afterAll(() => place?.remove());

  // At this rate what the load balancer writes fills a pipe in five seconds.
  it("when the engine stands still for twelve seconds, and no client notices", async () => {
    const load = await startLoad({ url: place!.url, rate: 2 * rate, mix: "mixed" });
    await sleep(2000);
    await place!.engine.holdDaemon(12_000);
    await sleep(2000);
    const report = await load.stop();
    console.info(`engine held: ${report.offered} offered, p99 ${report.latency.byKind.get?.p99} ms of get`);
    expect(lossesOf(report)).toEqual({});
    await place!.isWell();
  });

  it.each(["redis", "traefik"])("when %s is killed", async (service) => {
    const { engine, stack } = place!;
    await place!.under(`${service} killed`, 15, async () => {
      const name = `evenkeel-${stack.name}-${service}`;
      const pid = Number(await engine.docker("inspect", "--format", "{{.State.Pid}}", name));
      process.kill(pid, "SIGKILL");
    });
  });

  it.each([
    ["is restarted", "SIGTERM"],
    ["is killed", "SIGKILL"],
  ] as const)("when the engine %s, and the next release rolls", async (what, signal) => {
    await place!.under(`engine ${what}`, 60, async () => {
      await place!.engine.endDaemon(signal);
      await place!.engine.startDaemon();
    });
    await place!.rolls(what);
    expect(await place!.stack.plan("--refresh")).toEqual({});
  });
});

describeAsRoot("an engine with live-restore", () => {
  it("may be restarted and killed: its replicas serve on, and the next releases roll", async () => {
    const engine = await SecondEngine.start({ use: "restarts", liveRestore: true });
    let place: Place | undefined;
    try {
      const version = await engine.docker("version", "--format", "{{.Server.Version}}");
      if (!liveRestoreFits(`version ${version}`)) {
        console.info(`not tried: engine ${version} does not probe containers that outlived it`);
        return;
      }
      place = await Place.make(engine);
      for (const signal of ["SIGTERM", "SIGKILL"] as const) {
        const report = await place.under(`engine with live-restore, ${signal}`, 15, async () => {
          await engine.endDaemon(signal);
          await engine.startDaemon();
          await sleep(15_000);
        });
        // While the engine makes its packet filter rules anew, connections that come just then are refused.
        expect(report.failed).toBeLessThanOrEqual(rate);
        await place.rolls(signal);
      }
    } finally {
      await (place ?? engine).remove();
    }
  });
});
