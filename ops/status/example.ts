import { AnswerCount } from "../../infra/gate/answers";
import { readRelease } from "../../infra/release";
import { ObservedContainer } from "../observed";
import { Observation } from "./look";
import { DeclaredStack } from "./pulumi";

/** The moment of the tests' look. */
export const at = new Date("2026-11-21T20:00:00Z");

/** A stack's name for the tests. */
export const identity = { project: "evenkeel", stack: "dev" };

/** A healthy container, created ten minutes before the look, for a test that changes what it is about. */
export function container(
  service: string,
  revision: string,
  index: number | undefined,
  changes: Partial<ObservedContainer> = {},
): ObservedContainer {
  const name = ["evenkeel", identity.stack, service, ...(index === undefined ? [] : [revision, index])].join("-");
  const createdAt = new Date(at.getTime() - 600_000);
  // The parts that a status reads.
  return {
    ...{ id: `id of ${name}`, name, service, revision, state: "running", health: "healthy" },
    ...{ exitCode: 0, outOfMemory: false, restarts: 0, createdAt, startedAt: createdAt },
    limits: { cpus: 0.5, memoryMiB: 256 },
    networks: { "evenkeel-dev-edge": { address: `10.0.0.${index ?? 100}`, aliases: [] } },
    ...changes,
  } as ObservedContainer;
}

const release = "aaaaaaaa app=11111111:22222222 worker=33333333:44444444";

/** Two app replicas and a worker are declared, with a healer. */
export const declared: DeclaredStack = {
  releases: [readRelease(release)!],
  ...{ replicas: 2, workerReplicas: 1, parts: { redis: "55555555", traefik: "66666666" } },
  url: "http://localhost:8080",
  history: [
    {
      ...{
        kind: "update",
        message: "ana@desk: npm run up",
        environment: {},
        config: {},
        result: "succeeded",
        version: 1,
      },
      startTime: new Date("2026-11-21T19:50:00Z"),
      endTime: new Date("2026-11-21T19:50:21Z"),
      resourceChanges: { create: 34 },
      Deployment: undefined,
    },
  ],
};

/** What belongs to a stack whose every part is as declared. */
export const wholeStack: readonly ObservedContainer[] = [
  container("app", "11111111", 1),
  container("app", "11111111", 2),
  container("worker", "33333333", 1),
  container("docker-socket", "77777777", undefined),
  container("healer", "88888888", undefined),
  container("redis", "55555555", undefined),
  container("traefik", "66666666", undefined),
];

/** A look at that stack: 30 requests in 10 s, two of three by the first replica and one of its answers a 500. */
export function observation(changes: Partial<Observation> = {}): Observation {
  const answers = new AnswerCount();
  for (let request = 0; request < 30; request++) {
    const ServiceAddr = request % 3 === 0 ? "10.0.0.2:3000" : "10.0.0.1:3000";
    answers.add(JSON.stringify({ ServiceAddr, DownstreamStatus: request === 1 ? 500 : 200 }));
  }
  return {
    ...{ identity, at, declared: { value: declared }, containers: { value: wholeStack }, phases: new Map() },
    usage: { value: new Map(wholeStack.map(({ id }) => [id, { cores: 0.1, memoryMiB: 64 }])) },
    routes: {
      value: [
        { address: "10.0.0.1", up: true },
        { address: "10.0.0.2", up: true },
      ],
    },
    ...{ answers: { value: answers }, windowSeconds: 10 },
    redis: { value: { memoryMiB: 1.84, maxMemoryMiB: 160, clients: 7, appendOnlyFile: "ok" } },
    queue: { value: { waiting: 0, active: 2, delayed: 1, failed: 3, completed: 1234, oldestWaitingSeconds: 0 } },
    ...changes,
  };
}
