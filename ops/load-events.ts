import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { projectName } from "./stack";

const format = "{{.Action}}\t{{.Actor.Attributes.name}}\t{{.Actor.Attributes.exitCode}}";
const actions = ["start", "die", "oom", "pause", "unpause", "health_status"];

/** Tells what happens to a stack's containers meanwhile, as the engine sees it. Without an engine there is nothing to tell. */
export function followEvents(stack: string, onEvent: (name: string) => void): { stop(): void } {
  const filters = [
    ...[`label=evenkeel.project=${projectName}`, `label=evenkeel.stack=${stack}`, "type=container"],
    ...actions.map((action) => `event=${action}`),
  ].flatMap((filter) => ["--filter", filter]);
  const child = spawn("docker", ["events", ...filters, "--format", format], { stdio: ["ignore", "pipe", "ignore"] });
  child.on("error", () => undefined);
  createInterface({ input: child.stdout }).on("line", (line) => {
    const name = describeEvent(line, `${projectName}-${stack}-`);
    if (name) onEvent(name);
  });
  return { stop: () => void child.kill() };
}

/** Pure: an event's line as a person reads it; undefined for one that says nothing new. */
export function describeEvent(line: string, prefix: string): string | undefined {
  const [action = "", container = "", code = ""] = line.split("\t");
  const name = container.startsWith(prefix) ? container.slice(prefix.length) : container;
  if (action === "die") return `${name} ended with ${code || "?"}`;
  const health = /^health_status: (\w+)$/.exec(action)?.[1];
  if (health) return `${name} is ${health}`;
  const verbs: Record<string, string> = {
    ...{ start: "starts", oom: "is out of memory", pause: "is paused", unpause: "goes on" },
  };
  return verbs[action] && `${name} ${verbs[action]}`;
}
