import { Identity, labelFilters } from "../identity";
import { Docker } from "../docker";

/** The engine's events of a service's containers: what ends a wait before its time. */
export interface Events {
  /** Settles at the next event, or after so many milliseconds. */
  next(timeoutMs: number): Promise<void>;
  /** Ends the wait from the outside: something else happened that is worth a look. */
  nudge(): void;
  /** How a container ended last, by Docker name: its state forgets that when it is started anew. */
  readonly ends: ReadonlyMap<string, End>;
  /** Docker names of those that became healthy since. */
  readonly healthy: ReadonlySet<string>;
  stop(): void;
}

/** How a container's process ended. */
export interface End {
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** Unix time in seconds, to the nanosecond. */
  readonly endedAt: string;
}

export function followEvents(docker: Docker, identity: Identity, service: string): Events {
  let happened = false;
  let wakeUp: (() => void) | undefined;
  const nudge = () => {
    happened = true;
    wakeUp?.();
  };
  const ends = new Map<string, End>();
  const outOfMemory = new Set<string>();
  const healthy = new Set<string>();
  const stop = docker.follow(
    [
      "events",
      ...["type=container", "event=health_status", "event=start", "event=oom", "event=die", "event=destroy"].flatMap(
        filter,
      ),
      ...labelFilters(identity, service),
      ...["--format", "{{.Status}}\t{{.Actor.Attributes.name}}\t{{.Actor.Attributes.exitCode}}\t{{.TimeNano}}"],
    ],
    (line) => {
      const [status, name = "", exitCode, nanoseconds = ""] = line.split("\t");
      if (status === "health_status: healthy") healthy.add(name);
      if (status === "oom") outOfMemory.add(name);
      if (status === "die") {
        const endedAt = `${nanoseconds.slice(0, -9)}.${nanoseconds.slice(-9)}`;
        ends.set(name, { exitCode: Number(exitCode), outOfMemory: outOfMemory.delete(name), endedAt });
      }
      nudge();
    },
  );
  return {
    async next(timeoutMs) {
      if (!happened) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          wakeUp = () => (clearTimeout(timer), resolve());
        });
        wakeUp = undefined;
      }
      happened = false;
    },
    ...{ nudge, ends, healthy, stop },
  };
}

const filter = (text: string) => ["--filter", text];
