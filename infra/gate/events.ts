import { Identity } from "../identity";
import { Docker } from "./docker";

/** The engine's events of a service's containers: what ends a wait before its time. */
export interface Events {
  /** Settles at the next event, or after so many milliseconds. */
  next(timeoutMs: number): Promise<void>;
  /** Ends the wait from the outside: something else happened that is worth a look. */
  nudge(): void;
  stop(): void;
}

export function followEvents(docker: Docker, { project, stack }: Identity, service: string): Events {
  let happened = false;
  let wakeUp: (() => void) | undefined;
  const nudge = () => {
    happened = true;
    wakeUp?.();
  };
  const stop = docker.follow(
    [
      "events",
      ...["type=container", "event=health_status", "event=start", "event=die", "event=destroy"].flatMap(filter),
      ...[`evenkeel.project=${project}`, `evenkeel.stack=${stack}`, `evenkeel.service=${service}`]
        .map((label) => `label=${label}`)
        .flatMap(filter),
      ...["--format", "{{.Status}}"],
    ],
    nudge,
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
    nudge,
    stop,
  };
}

const filter = (text: string) => ["--filter", text];
