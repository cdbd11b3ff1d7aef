import { nothingDeclared } from "../../infra/declared";
import { readRelease } from "../../infra/release";
import { ObservedContainer } from "../observed";
import { decideRepair } from "./decide";
import { DeclaredContainer, DeclaredStack } from "./declared";
import { findDrift } from "./find";
import { ObservedStack } from "./observe";

const identity = { project: "evenkeel", stack: "dev" };
const rules = { allowInterruption: false, restarted: new Set<string>(), done: new Set<string>() };
const replicaUrn = (index: number) =>
  "urn:pulumi:dev::evenkeel::evenkeel:infra:App$evenkeel:infra:ReplicatedService$docker:index/container:Container" +
  `::app-0000000a-${index}`;

const common = {
  ...{ image: "image:1", restartPolicy: "no", readOnly: true, privileged: false, user: "1", environment: {} },
  ...{ addedCapabilities: [], droppedCapabilities: [], securityOptions: [], mounts: [], ports: [], healthTest: [] },
};

function declaredOf(name: string, service: string, urn: string): DeclaredContainer {
  return {
    ...{ ...common, urn, name, service, id: `${name}-id`, revision: "0000000a", labels: {} },
    ...{ networks: { edge: { aliases: [] } }, cpus: 1, memoryMiB: 64, stopGraceSeconds: 15 },
  };
}

function foundOf({ name, service, id }: DeclaredContainer, change: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    ...{ ...common, name, service, id, revision: "0000000a", labels: {}, state: "running", health: "healthy" },
    ...{ exitCode: 0, outOfMemory: false, restarts: 0, createdAt: new Date(0), startedAt: new Date(0) },
    ...{ imageId: "sha256:1", entrypoint: [], command: [], limits: { cpus: 1, memoryMiB: 64, memorySwapMiB: 64 } },
    networks: { edge: { address: "10.0.0.2", aliases: [] } },
    ...change,
  };
}

const redis = declaredOf("redis", "redis", "urn::redis");
const apps = [1, 2, 3].map((index) => declaredOf(`app-${index}`, "app", replicaUrn(index)));

/** The next step for a stack of Redis and `apps.length` replicas, in which some containers are other ones. */
function nextStep(
  changes: Readonly<Record<string, Partial<ObservedContainer> | "gone">>,
  { replicas = apps, strays = [] as ObservedContainer[], restarted = [] as string[], allow = false } = {},
) {
  const release = readRelease("0000000f app=0000000a:00000001 worker=0000000b:00000002")!;
  const containers = [redis, ...replicas];
  const declared: DeclaredStack = {
    ...{ containers, networks: [], volumes: [], images: [], unfinished: [] },
    outputs: {
      ...nothingDeclared,
      releases: [release],
      replicas: replicas.filter(({ urn }) => urn !== replicaUrn(9)).length,
    },
  };
  const observed: ObservedStack = {
    containers: [
      ...containers.flatMap((one) => {
        const change = changes[one.name];
        return change === "gone" ? [] : [foundOf(one, change)];
      }),
      ...strays,
    ],
    ...{ images: new Map(), tags: new Map(), imageIds: new Set<string>(), volumes: new Set<string>() },
    ...{
      networks: new Map([["edge", { id: "edge", internal: false }]]),
      routes: undefined,
      openRedis: new Set<string>(),
    },
  };
  const look = { declared, observed, findings: findDrift(declared, observed) };
  return decideRepair(look, identity, { ...rules, allowInterruption: allow, restarted: new Set(restarted) });
}

const asRoot = { user: "0:0" };

describe("the next step of a repair", () => {
  it("is none when nothing drifted", () => {
    expect(nextStep({})).toBeUndefined();
  });

  it("is first what needs no new container, all at once and whatever else there is", () => {
    const step = nextStep({ "app-1": { state: "exited" }, "app-2": { restartPolicy: "always" }, "app-3": asRoot });
    expect([step!.commands, step!.targets]).toEqual([
      [
        ["start", "app-1-id"],
        ["update", "--cpus", "1", "--memory", "64m", "--memory-swap", "64m", "--restart", "no", "app-2-id"],
      ],
      [],
    ]);
  });

  it("makes what is missing, by an update of exactly that", () => {
    const step = nextStep({ "app-2": "gone", "app-3": asRoot });
    expect([step!.commands, step!.targets]).toEqual([[], [replicaUrn(2)]]);
  });

  it("takes one of three that all differ, in its own time, and makes it anew", () => {
    const step = nextStep({ "app-1": asRoot, "app-2": asRoot, "app-3": asRoot });
    expect([step!.commands, step!.targets]).toEqual([
      [
        ["stop", "--time", "15", "app-1-id"],
        ["rm", "--force", "app-1-id"],
      ],
      [replicaUrn(1)],
    ]);
  });

  it("puts a spare one beside the only replica, and removes it when all else is done", () => {
    const only = nextStep({ "app-1": asRoot }, { replicas: [apps[0]!] });
    expect([only!.commands, only!.targets, only!.spares]).toEqual([[], [replicaUrn(2)], { app: 1, worker: 0 }]);
    const spare = declaredOf("app-9", "app", replicaUrn(9));
    const last = nextStep({}, { replicas: [apps[0]!, spare] });
    expect([last!.commands, last!.targets, last!.spares]).toEqual([[], [replicaUrn(9)], { app: 0, worker: 0 }]);
  });

  it("restarts a silent replica, and not a second time", () => {
    expect(nextStep({ "app-1": { health: "unhealthy" } })!.commands).toEqual([["restart", "--time", "15", "app-1-id"]]);
    expect(nextStep({ "app-1": { health: "unhealthy" } }, { restarted: ["app-1"] })).toBeUndefined();
  });

  it("leaves a Redis that serves alone until that is allowed, and the replicas that wait for it", () => {
    const changes = { redis: asRoot, "app-1": { health: "unhealthy" } };
    expect(nextStep(changes)).toBeUndefined();
    expect(nextStep(changes, { allow: true })!.targets).toEqual(["urn::redis"]);
    expect(nextStep({ redis: asRoot, "app-1": asRoot })!.targets).toEqual([replicaUrn(1)]);
  });

  it("removes what nobody declared after everything that is declared is right", () => {
    const strays = [foundOf(declaredOf("stray", "app", ""))];
    expect(nextStep({ "app-1": asRoot }, { strays })!.targets).toEqual([replicaUrn(1)]);
    expect(nextStep({}, { strays })!.commands).toEqual([
      ["stop", "--time", "15", "stray-id"],
      ["rm", "--force", "stray-id"],
    ]);
  });
});
