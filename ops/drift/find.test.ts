import { readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";

import { nothingDeclared } from "../../infra/declared";
import { readRelease } from "../../infra/release";
import { ObservedContainer } from "../observed";
import { DeclaredContainer, DeclaredStack } from "./declared";
import { findDrift } from "./find";
import { DriftKind, driftKinds } from "./finding";
import { ImageDefaults, ObservedStack } from "./observe";

const image: ImageDefaults = {
  environment: ["PATH=/bin"],
  labels: { "evenkeel.base": "node" },
  user: "",
  command: ["node", "/main.js"],
  entrypoint: [],
};

const name = "evenkeel-dev-app-0000000a-1";
const labels = {
  ...{ "evenkeel.service": "app", "evenkeel.revision": "0000000a" },
  ...{ "traefik.enable": "true", "traefik.docker.network": "edge" },
};
const same = {
  ...{ id: "id-1", name, service: "app", revision: "0000000a", image: "app:1", restartPolicy: "always" },
  ...{ readOnly: true, privileged: false, user: "10001:10001" },
  ...{ addedCapabilities: [], droppedCapabilities: ["ALL"], securityOptions: ["no-new-privileges:true"] },
  mounts: [{ type: "volume", source: "data", target: "/data", readOnly: false }],
  ports: [{ internal: 8000, external: 8080, ip: "0.0.0.0" }],
};
const replica: DeclaredContainer = {
  ...{ ...same, urn: "urn::app-0000000a-1", environment: { SECRET: "hush", PORT: "3000" }, labels },
  ...{ networks: { edge: { aliases: ["web"] } }, cpus: 0.5, memoryMiB: 256, memorySwapMiB: 256 },
  ...{ healthTest: ["CMD", "probe"], stopGraceSeconds: 15 },
};
const running: ObservedContainer = {
  ...{ ...same, state: "running", health: "healthy", exitCode: 0, outOfMemory: false, restarts: 0 },
  ...{ createdAt: new Date(0), startedAt: new Date(0), imageId: "sha256:1", entrypoint: [], command: image.command },
  environment: { PORT: "3000", SECRET: "hush", PATH: "/bin" },
  labels: { ...labels, "evenkeel.base": "node" },
  limits: { cpus: 0.5, memoryMiB: 256, memorySwapMiB: 256 },
  networks: { edge: { address: "10.0.0.2", aliases: ["0123456789ab", "web"] } },
  healthTest: ["CMD", "probe"],
};
const declared: DeclaredStack = {
  containers: [replica],
  networks: [{ urn: "urn::edge", id: "edge-1", name: "edge", internal: false }],
  volumes: [{ urn: "urn::data", name: "data" }],
  images: [{ urn: "urn::image", name: "app:1", id: "sha256:1" }],
  unfinished: [],
  outputs: nothingDeclared,
};
const observed: ObservedStack = {
  containers: [running],
  images: new Map([["sha256:1", image]]),
  tags: new Map([["app:1", "sha256:1"]]),
  imageIds: new Set(["sha256:1"]),
  networks: new Map([["edge", { id: "edge-1", internal: false }]]),
  volumes: new Set(["data"]),
  routes: [{ address: "10.0.0.2", up: true }],
  openRedis: new Set(),
};
const kindsOf = (one: Partial<DeclaredStack>, other: Partial<ObservedStack>) =>
  findDrift({ ...declared, ...one }, { ...observed, ...other }).map(({ kind }) => kind);
const kindsWith = (change: Partial<ObservedContainer>) => kindsOf({}, { containers: [{ ...running, ...change }] });

describe("drift", () => {
  it("is not what the engine and the image add by themselves", () => {
    expect(findDrift(declared, observed)).toEqual([]);
  });

  const changes: [DriftKind, Partial<ObservedContainer>][] = [
    ["stopped", { state: "exited", exitCode: 137 }],
    ["stopped", { state: "created" }],
    ["paused", { state: "paused" }],
    ["unhealthy", { health: "unhealthy" }],
    ["unhealthy", { state: "restarting" }],
    ["name", { name: "joe" }],
    ["identity", { id: "id-2" }],
    ["environment", { environment: { ...running.environment, SECRET: "told" } }],
    ["environment", { environment: { ...running.environment, EXTRA: "1" } }],
    ["environment", { environment: { ...running.environment, PATH: "/elsewhere" } }],
    ["environment", { environment: { SECRET: "hush" } }],
    ["labels", { labels: { ...running.labels, "traefik.enable": "false" } }],
    ["limits", { limits: { cpus: 1, memoryMiB: 256, memorySwapMiB: 256 } }],
    ["limits", { limits: { cpus: 0.5, memoryMiB: 256, memorySwapMiB: 512 } }],
    ["restart-policy", { restartPolicy: "no" }],
    ["command", { command: ["sh"] }],
    ["command", { entrypoint: ["sh"] }],
    ["security", { user: "0:0" }],
    ["security", { privileged: true }],
    ["security", { readOnly: false }],
    ["security", { addedCapabilities: ["NET_ADMIN"] }],
    ["mounts", { mounts: [] }],
    ["ports", { ports: [] }],
    ["health-check", { healthTest: ["NONE"] }],
    ["image", { imageId: "sha256:1b" }],
    ["not-routed", { networks: { edge: { address: "10.0.0.9", aliases: ["web"] } } }],
    ["networks", { networks: { edge: { address: "10.0.0.2", aliases: [] } } }],
    ["networks", { networks: { ...running.networks, bridge: { address: "", aliases: [] } } }],
  ];

  it.each(changes)("is %s when a container has %j", (kind, change) => {
    expect(kindsWith(change)).toEqual([kind]);
  });

  it("is not told of a replica that starts, nor of routes when the load balancer does not say", () => {
    expect(kindsWith({ health: "starting" })).toEqual([]);
    expect(kindsOf({}, { routes: undefined })).toEqual([]);
  });

  it("is what is missing, what has another's name, and what nobody declared", () => {
    const stray = { ...running, id: "id-9", name: "stray" };
    expect(kindsOf({}, { containers: [] })).toEqual(["missing"]);
    expect(kindsOf({}, { containers: [running, stray] })).toEqual(["foreign"]);
    expect(kindsOf({}, { networks: new Map() })).toEqual(["network"]);
    expect(kindsOf({}, { networks: new Map([["edge", { id: "edge-2", internal: true }]]) })).toEqual(["network"]);
    expect(kindsOf({}, { volumes: new Set() })).toEqual(["volume"]);
    expect(kindsOf({}, { tags: new Map() })).toEqual(["image-missing"]);
    expect(kindsOf({}, { tags: new Map([["app:1", "sha256:2"]]) })).toEqual(["image-tag"]);
    expect(kindsOf({}, { openRedis: new Set([name]) })).toEqual(["redis-open"]);
    expect(kindsOf({ unfinished: ["app-2: creating"] }, {})).toEqual(["unfinished"]);
  });

  it("is a base image whose name means another one since the container was made", () => {
    expect(kindsOf({ images: [] }, { tags: new Map([["app:1", "sha256:2"]]) })).toEqual(["image"]);
  });

  it("is a replica the state has lost, and one that a repair left over", () => {
    const release = readRelease("0000000f app=0000000a:00000001 worker=0000000b:00000002")!;
    const outputs = { ...nothingDeclared, releases: [release] };
    expect(kindsOf({ outputs: { ...outputs, replicas: 2 } }, {})).toEqual(["missing"]);
    expect(kindsOf({ outputs: { ...outputs, replicas: 1 } }, {})).toEqual([]);
    expect(kindsOf({ outputs }, {})).toEqual(["spare"]);
  });

  it("never tells a value of the environment", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other) => {
        const [wanted, found] = [`<wanted ${one}>`, `<found ${other}>`];
        const text = JSON.stringify(
          findDrift(
            { ...declared, containers: [{ ...replica, environment: { SECRET: wanted } }] },
            { ...observed, containers: [{ ...running, environment: { SECRET: found } }] },
          ),
        );
        expect([text.includes("<wanted"), text.includes("<found"), text.includes("SECRET differs")]).toEqual([
          ...[false, false, true],
        ]);
      }),
    );
  });

  it("says what its repair interrupts only of what serves and there is one of", () => {
    const open = (service: string, state: string) =>
      findDrift(
        { ...declared, containers: [{ ...replica, service, labels: {} }] },
        { ...observed, containers: [{ ...running, service, state, user: "0:0" }] },
      ).find(({ kind }) => kind === "security")?.interrupts;
    expect(open("redis", "running")).toMatch(/^Redis is stopped.*about 10 s$/);
    expect(open("traefik", "running")).toMatch(/^the load balancer is stopped/);
    expect([open("redis", "exited"), open("app", "running"), open("docker-socket", "running")]).toEqual(
      Array(3).fill(undefined),
    );
  });

  it("has every kind in the operations page, with what it means", () => {
    const page = readFileSync(join(__dirname, "../../docs/operations.md"), "utf8");
    const lines = Object.entries(driftKinds).map(([kind, { means }]) => `| \`${kind}\` | ${means} |`);
    expect(lines.filter((line) => !page.includes(line))).toEqual([]);
  });
});
