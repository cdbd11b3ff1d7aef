import * as pulumi from "@pulumi/pulumi";

import { readSettings } from "./config";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

let registered: Registered[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        registered.push({ type, name, inputs: inputs as Record<string, unknown> });
        return { id: custom === false ? undefined : `${name}-id`, state: { ...inputs, result: `secret-of-${name}` } };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "evenkeel",
    "dev",
  );
});

/** Builds a stack with these settings and returns every resource it registered. */
async function stackOf(raw: Record<string, string>, engineHost?: string): Promise<Registered[]> {
  const { createStack } = await import("./stack");
  registered = [];
  createStack({ identity: { project: "evenkeel", stack: "dev" }, settings: readSettings(raw), engineHost });
  await pulumi.runtime.disconnect();
  return registered;
}

const ofType = (list: Registered[], type: string) => list.filter((item) => item.type === type);
const containers = (list: Registered[]) => ofType(list, "docker:index/container:Container");
const named = (list: Registered[], part: string) => containers(list).filter((item) => item.name.startsWith(part));
const labelsOf = (item: Registered) =>
  Object.fromEntries(
    (item.inputs.labels as { label: string; value: string }[]).map(({ label, value }) => [label, value]),
  );

describe("a stack", () => {
  it("is exactly these resources by default", async () => {
    const list = (await stackOf({})).filter((item) => !item.type.startsWith("evenkeel:"));
    const count = (type: string) => ofType(list, type).length;
    expect({
      containers: containers(list).map((item) => item.name.replace(/-[0-9a-f]{8}-/, "-REVISION-")),
      networks: count("docker:index/network:Network"),
      volumes: count("docker:index/volume:Volume"),
      images: count("docker:index/remoteImage:RemoteImage"),
      passwords: count("random:index/randomPassword:RandomPassword"),
      all: list.length,
    }).toEqual({
      containers: expect.arrayContaining([
        "redis",
        "docker-socket",
        "traefik",
        "app-REVISION-1",
        "app-REVISION-2",
        "app-REVISION-3",
        "worker-REVISION-1",
        "healer",
      ]),
      networks: 2,
      volumes: 3,
      images: 4,
      passwords: 3,
      all: 20,
    });
  });

  it("names every replica by project, stack, service, revision and index", async () => {
    const [first] = named(await stackOf({ replicas: "1" }), "app-");
    const revision = labelsOf(first!)["evenkeel.revision"];
    expect(first!.name).toBe(`app-${revision}-1`);
    expect(first!.inputs.name).toBe(`evenkeel-dev-app-${revision}-1`);
    expect(labelsOf(first!)).toMatchObject({
      "evenkeel.project": "evenkeel",
      "evenkeel.stack": "dev",
      "evenkeel.service": "app",
    });
  });

  it("adds two replicas and touches no other when three become five", async () => {
    const before = containers(await stackOf({ replicas: "3" }));
    const after = containers(await stackOf({ replicas: "5" }));
    const kept = after.filter((item) => before.some((old) => old.name === item.name));
    expect(kept).toEqual(before);
    expect(after.length - before.length).toBe(2);
  });

  it("scales the worker apart from the app, down to none", async () => {
    const list = await stackOf({ workerReplicas: "0", replicas: "2" });
    expect([named(list, "worker-").length, named(list, "app-").length]).toEqual([0, 2]);
  });

  it.each(["app.memoryMiB", "app.cpus", "strategy", "sticky", "drainSeconds", "stopGraceSeconds", "minReadySeconds"])(
    "rolls every app replica when %s changes, and leaves Redis and the load balancer alone",
    async (key) => {
      const values: Record<string, string> = {
        ...{ "app.memoryMiB": "300", "app.cpus": "0.7", strategy: "least-time" },
        ...{ sticky: "true", drainSeconds: "4", stopGraceSeconds: "20", minReadySeconds: "3" },
      };
      const before = containers(await stackOf({}));
      const after = containers(await stackOf({ [key]: values[key]! }));
      const names = (list: Registered[]) => list.map((item) => item.name);
      expect(named(before, "app-").filter((item) => names(after).includes(item.name))).toEqual([]);
      for (const part of ["redis", "traefik", "docker-socket"]) expect(named(after, part)).toEqual(named(before, part));
    },
  );

  it("gives every container the security baseline, and root only to the view of the engine's socket", async () => {
    for (const { name, inputs } of containers(await stackOf({ dashboard: "true" }))) {
      expect({ ...inputs, name }).toMatchObject({
        name,
        readOnly: true,
        privileged: false,
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        restart: "always",
        memory: expect.any(Number),
        memorySwap: inputs.memory,
        destroyGraceSeconds: expect.any(Number),
        healthcheck: expect.objectContaining({ tests: expect.any(Array) }),
      });
      expect([inputs.cpus, inputs.cpuQuota]).toContainEqual(expect.anything());
      expect(String(inputs.user).startsWith("0")).toBe(name === "docker-socket");
    }
  });

  it("publishes only the load balancer's ports, the dashboard's on 127.0.0.1", async () => {
    const list = containers(await stackOf({ dashboard: "true" }));
    expect(list.filter((item) => item.inputs.ports).map((item) => [item.name, item.inputs.ports])).toEqual([
      [
        "traefik",
        [expect.objectContaining({ external: 8080 }), expect.objectContaining({ external: 8081, ip: "127.0.0.1" })],
      ],
    ]);
    expect(named(await stackOf({ dashboard: "false" }), "traefik")[0]!.inputs.ports).toHaveLength(1);
  });

  it("lets the healer restart replicas through a socket that nobody else mounts, and has neither where heal is false", async () => {
    const mounts = async (raw: Record<string, string>) =>
      containers(await stackOf(raw))
        .filter((item) => JSON.stringify(item.inputs.mounts ?? "").includes("docker-socket-restarts"))
        .map((item) => item.name);
    expect((await mounts({})).sort()).toEqual(["docker-socket", "healer"]);
    expect(await mounts({ heal: "false" })).toEqual([]);
    expect(named(await stackOf({ heal: "false" }), "healer")).toEqual([]);
  });

  it("replaces the healer alone when healAfterSeconds changes", async () => {
    const [before, after] = [containers(await stackOf({})), containers(await stackOf({ healAfterSeconds: "9" }))];
    const differs = after.filter((item, index) => JSON.stringify(item) !== JSON.stringify(before[index]));
    expect(differs.map((item) => item.name)).toEqual(["healer"]);
  });

  it("mounts the engine's socket into one container, which has no network", async () => {
    const list = containers(await stackOf({}, "unix:///elsewhere.sock"));
    const withSocket = list.filter((item) => JSON.stringify(item.inputs.mounts ?? "").includes("docker.sock"));
    expect(withSocket.map((item) => item.name)).toEqual(["docker-socket"]);
    expect(withSocket[0]!.inputs).toMatchObject({ networkMode: "none" });
    expect(JSON.stringify(withSocket[0]!.inputs.mounts)).toContain("/elsewhere.sock");
  });

  it("puts Redis on the internal network alone and app and worker on both", async () => {
    const list = containers(await stackOf({ replicas: "1" }));
    const networks = list.map(({ name, inputs }) => [
      name.replace(/-[0-9a-f]{8}-1/, ""),
      ((inputs.networksAdvanced as { name: string }[]) ?? []).map((item) => item.name),
    ]);
    expect(Object.fromEntries(networks)).toEqual({
      redis: ["evenkeel-dev-internal"],
      "docker-socket": [],
      traefik: ["evenkeel-dev-edge"],
      healer: ["evenkeel-dev-edge"],
      app: ["evenkeel-dev-edge", "evenkeel-dev-internal"],
      worker: ["evenkeel-dev-edge", "evenkeel-dev-internal"],
    });
  });

  it("hands the settings to the processes they are for", async () => {
    const list = await stackOf({
      replicas: "1",
      "app.demoEndpoints": "false",
      "worker.attempts": "7",
      logLevel: "debug",
    });
    const environment = (part: string) => named(list, part)[0]!.inputs.envs as { value: string[] } | string[];
    const linesOf = (part: string) => JSON.stringify(environment(part));
    for (const line of [
      "DEMO_ENDPOINTS=false",
      "JOB_ATTEMPTS=7",
      "JOB_BACKOFF_SECONDS=1",
      "LOG_LEVEL=debug",
      "SESSION_TTL_SECONDS=3600",
      "SESSION_SECRET=secret-of-app-session-secret",
    ]) {
      expect(linesOf("app-")).toContain(`"${line}"`);
    }
    for (const line of [
      "JOB_RETENTION_HOURS=168",
      "JOB_TIMEOUT_SECONDS=900",
      "LOG_LEVEL=debug",
      "WORKER_CONCURRENCY=8",
      "WORKER_TAKEOVER_SECONDS=10",
    ]) {
      expect(linesOf("worker-")).toContain(`"${line}"`);
    }
    expect(linesOf("worker-")).not.toContain("SESSION_SECRET");
  });

  it.each(["worker.concurrency", "worker.takeoverSeconds", "worker.retentionHours", "worker.jobTimeoutSeconds"])(
    "rolls the workers and no app replica when %s changes",
    async (key) => {
      const before = containers(await stackOf({}));
      const after = containers(await stackOf({ [key]: "20" }));
      expect(named(after, "app-")).toEqual(named(before, "app-"));
      expect(named(after, "worker-")[0]!.name).not.toBe(named(before, "worker-")[0]!.name);
    },
  );

  it("hands passwords and the session secret out as secrets only", async () => {
    for (const item of [...(await stackOf({}))]) {
      const text = JSON.stringify(item.inputs);
      const tells = /secret-of-(redis-password|app-session-secret)/.test(text);
      const secret = text.includes("4dabf18193072939515e22adb298388d");
      expect(tells && !secret).toBe(false);
    }
  });
});
