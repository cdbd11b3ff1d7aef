import { Docker } from "../../infra/docker";
import { AnswerCount } from "../../infra/gate/answers";
import { Route, routesOf } from "../../infra/gate/routes";
import { dockerName, Identity } from "../../infra/identity";
import { recentAnswers } from "../balancer";
import { observeContainers, ObservedContainer } from "../observed";
import { askReplica } from "./inside";
import { ChangeUnderWay, DeclaredStack } from "./pulumi";
import { QueueStatus, queueOf } from "./queue";
import { RedisReport, redisOf } from "./redis";
import { see, Seen } from "./seen";
import { Usage, usageOf } from "../usage";

/** All that a look at a stack found, each part for itself. */
export interface Observation {
  readonly identity: Identity;
  readonly at: Date;
  readonly declared: Seen<DeclaredStack>;
  readonly underWay?: ChangeUnderWay;
  readonly containers: Seen<readonly ObservedContainer[]>;
  /** What the unhealthy replicas' processes say of themselves, by container id; one that does not answer is not in it. */
  readonly phases: ReadonlyMap<string, string>;
  /** By container id. */
  readonly usage: Seen<ReadonlyMap<string, Usage>>;
  readonly routes: Seen<readonly Route[]>;
  readonly answers: Seen<AnswerCount>;
  /** The span of `answers`. */
  readonly windowSeconds: number;
  readonly redis: Seen<RedisReport>;
  readonly queue: Seen<QueueStatus>;
}

export interface LookOptions {
  readonly identity: Identity;
  readonly docker: Docker;
  readonly declared: () => Promise<DeclaredStack>;
  /** The change that goes on. @default none */
  readonly underWay?: ChangeUnderWay;
  /** Takes what is asked. */
  readonly say: (line: string) => void;
}

/** Long enough for a steady figure, short enough to be of this moment. */
const windowSeconds = 10;

/** Replicas that are asked at a time: each question is a process here and one in its container. */
const atATime = 8;

/** Looks at all parts of a stack side by side. A part that can't be asked says why; never rejects for one. */
export async function look({ identity, docker, declared, underWay, say }: LookOptions): Promise<Observation> {
  say("asks the engine and Pulumi");
  const pulumi = see(declared);
  const containers = await see(() => observeContainers(docker, identity));
  say("asks Redis and the load balancer, measures CPU and memory");
  const [inside, declaredStack] = await Promise.all([lookInside(docker, identity, containers), pulumi]);
  return { identity, at: new Date(), declared: declaredStack, underWay, containers, windowSeconds, ...inside };
}

type Inside = Pick<Observation, "phases" | "usage" | "routes" | "answers" | "redis" | "queue">;

/** What only the containers themselves can tell. */
async function lookInside(
  docker: Docker,
  identity: Identity,
  seen: Seen<readonly ObservedContainer[]>,
): Promise<Inside> {
  if ("problem" in seen) {
    const unknown = { problem: "the engine could not be asked" };
    return { phases: new Map(), usage: unknown, routes: unknown, answers: unknown, redis: unknown, queue: unknown };
  }
  const all = seen.value;
  const running = all.filter(({ state }) => state === "running");
  const balancer = dockerName(identity, "traefik");
  const [usage, routes, answers, redis, queue, phases] = await Promise.all([
    see(() =>
      usageOf(
        docker,
        running.map(({ id }) => id),
      ),
    ),
    see(() => routesOf(docker, requireRunning(all, balancer))),
    see(() => recentAnswers(docker, requireRunning(all, balancer), windowSeconds)),
    see(() => redisOf(docker, all)),
    see(() => queueOf(docker, all)),
    phasesOf(docker, running),
  ]);
  return { usage, routes, answers, redis, queue, phases };
}

function requireRunning(containers: readonly ObservedContainer[], name: string): string {
  const found = containers.find((container) => container.name === name);
  if (found?.state !== "running") throw new Error(found ? "its container does not run" : "it has no container");
  return name;
}

/** Of an unhealthy replica only its process knows whether it drains or is ill. */
async function phasesOf(docker: Docker, running: readonly ObservedContainer[]): Promise<Observation["phases"]> {
  const asked = running.filter(({ health, service }) => health === "unhealthy" && ["app", "worker"].includes(service));
  const phases = new Map<string, string>();
  for (let from = 0; from < asked.length; from += atATime) {
    await Promise.all(
      asked.slice(from, from + atATime).map(async ({ id }) => {
        const phase = await see(() => askReplica(docker, id, "/phase"));
        if ("value" in phase) phases.set(id, phase.value.trim());
      }),
    );
  }
  return phases;
}
