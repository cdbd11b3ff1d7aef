import { execa } from "execa";

import { median, spread } from "../statistics";
import type { Evenkeel } from "./evenkeel";
import { settled } from "./field";
import { ProcessWatch } from "./process-watch";
import type { ContainerEvent } from "./service-engine";

/** The host asks Node.js where the SDK is, too: only the program itself is given the engine's address. */
const processes = { program: /cmd\/run\/index\.js --monitor/, provider: /pulumi-resource-docker/ };

/** Where the time of one 3 -> 5 went: seconds of each stretch, one after the other. */
export type Phases = Readonly<Record<string, number>>;

/** Takes 3 -> 5 apart, without load. */
export async function measurePhases(evenkeel: Evenkeel, repeats: number): Promise<Phases[]> {
  const results: Phases[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    await evenkeel.declare({ ...settled, replicas: 5 });
    const before = new Set(await evenkeel.service.ids());
    const watch = new ProcessWatch(processes);
    const stopFollowing = evenkeel.service.follow();
    const began = Date.now();
    await evenkeel.apply();
    const ended = Date.now();
    watch.stop();
    const events = stopFollowing();
    const added = (await evenkeel.service.ids()).filter((id) => !before.has(id));
    results.push(phasesOf({ began, ended, events, seen: watch.seen, ready: await readySeconds(added) }));
    await evenkeel.declare(settled);
    await evenkeel.apply();
  }
  return results;
}

interface Marks {
  readonly began: number;
  readonly ended: number;
  readonly events: readonly ContainerEvent[];
  readonly seen: ReadonlyMap<keyof typeof processes, { readonly began: number; readonly ended?: number }>;
  /** From a replica's process start to its being ready, the slowest. */
  readonly ready: number;
}

function phasesOf({ began, ended, events, seen, ready }: Marks): Phases {
  const times = (what: string) => events.filter((event) => event.what === what).map(({ at }) => at);
  const [created, started] = [Math.min(...times("create")), Math.max(...times("start"))];
  const healthy = Math.max(...times("health_status: healthy"));
  const [program, provider] = [seen.get("program"), seen.get("provider")];
  if (program?.ended === undefined || !provider) throw new Error("the program and the provider were not seen to begin");
  const seconds = (from: number, to: number) => (to - from) / 1000;
  return {
    "CLI, state, language host": seconds(began, program.began),
    "program: Node.js, SDK, settings, bundles": seconds(program.began, provider.began),
    "the docker provider's start, until the first replica is created": seconds(provider.began, created),
    "engine creates and starts two": seconds(created, started),
    "process start to ready": ready,
    "ready to the first probe's answer": seconds(started, healthy) - ready,
    "healthy to the program's end (the provider's answer, the gate's look)": seconds(healthy, program.ended),
    "CLI writes its state and ends": seconds(program.ended, ended),
    "all of it": seconds(began, ended),
  };
}

/** What the replicas themselves say in their log: "ready" with the milliseconds since their start. */
async function readySeconds(ids: readonly string[]): Promise<number> {
  const logs = await Promise.all(ids.map(async (id) => (await execa("docker", ["logs", id])).stdout));
  return Math.max(...logs.map((log) => Number(/"startMs":(\d+)/.exec(log)?.[1] ?? NaN))) / 1000;
}

/** Pure: the stretches as a table. */
export function formatPhases(phases: readonly Phases[]): string {
  return Object.keys(phases[0]!)
    .map((name) => {
      const values = phases.map((item) => item[name]!);
      return `${name.padEnd(72)}${median(values).toFixed(2).padStart(6)} s  (${spread(values)})`;
    })
    .join("\n");
}
