import { baseImages } from "../../infra/base-images";
import { Client, Visit } from "../support/client";
import { docker, inspect } from "../support/docker";
import { eventually } from "../support/eventually";
import { ProjectCopy } from "../support/project-copy";
import { TestStack } from "../support/test-stack";

jest.setTimeout(300_000);

let project: ProjectCopy;
let stack: TestStack;

beforeAll(async () => {
  project = await ProjectCopy.make();
  stack = await TestStack.make(project, { logLevel: "debug" });
  await stack.up();
});

afterAll(async () => {
  await stack?.cleanUp();
  await project?.remove();
});

/** Waits until the load balancer has heard of all three replicas. */
async function allThreeServe(): Promise<void> {
  await eventually("three replicas answer in turn", async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 3; i++) seen.add((await new Client(stack.url).visit()).served_by.instance);
    return seen.size === 3;
  });
}

const wget = (url: string) => ["busybox", "wget", "-q", "-O", "-", url];

describe("a new stack", () => {
  it("spreads thirty requests over its three replicas, ten each", async () => {
    await allThreeServe();
    const share: Record<string, number> = {};
    for (let i = 0; i < 30; i++) {
      const { served_by } = await new Client(stack.url).visit();
      share[served_by.instance] = (share[served_by.instance] ?? 0) + 1;
    }
    const revision = await stack.output("appRevision");
    expect(share).toEqual({ [`app-${revision}-1`]: 10, [`app-${revision}-2`]: 10, [`app-${revision}-3`]: 10 });
  });

  it("counts a session by its cookie and all visits together, whichever replica answers", async () => {
    await allThreeServe();
    const kept = new Client(stack.url);
    const visits = [];
    for (let i = 0; i < 9; i++) {
      visits.push(await kept.visit());
      await new Client(stack.url).visit();
    }
    expect(visits.map((visit) => visit.session_count)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(visits.map((visit) => visit.session_id)).size).toBe(1);
    expect(new Set(visits.map((visit) => visit.served_by.instance)).size).toBeGreaterThan(1);
    const first = visits[0]!.global_count;
    expect(visits.map((visit) => visit.global_count - first)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
  });

  it("gives back on every replica what was set on one", async () => {
    const client = new Client(stack.url);
    expect((await client.get("/set?key=colour&value=deep%20blue")).status).toBe(200);
    for (let i = 0; i < 6; i++) {
      const { status, body } = await client.get("/get?key=colour");
      expect([status, body]).toEqual([200, expect.objectContaining({ key: "colour", value: "deep blue" })]);
    }
    expect((await client.get("/get?key=nothing-here")).status).toBe(404);
  });

  it("has a job that one process takes in done, and logged, by the other", async () => {
    const { status, body } = await new Client(stack.url).get("/enqueue?job=send-the-letter");
    expect(status).toBe(202);
    const id = String((body as { id: unknown }).id);
    const [worker] = [...(await stack.containersOf("worker")).keys()];
    const line = await eventually("the worker logs the job as done", async () =>
      (await docker("logs", worker!))
        .split("\n")
        .map((text) => JSON.parse(text) as Record<string, unknown>)
        .find((entry) => entry.msg === "job done" && String(entry.id) === id),
    );
    expect(line).toMatchObject({ id });
  });

  it("signs its session cookie with a secret that all replicas share", async () => {
    await allThreeServe();
    const client = new Client(stack.url);
    const visits = [await client.visit(), await client.visit(), await client.visit()];
    expect(visits.map((visit) => visit.session_count)).toEqual([1, 2, 3]);
    expect(new Set(visits.map((visit) => visit.served_by.instance)).size).toBe(3);
    const forged = await fetch(stack.url, { headers: { cookie: `sid=${visits[0]!.session_id}.${"A".repeat(43)}` } });
    expect([forged.status, ((await forged.json()) as Visit).session_count]).toEqual([200, 1]);
    // The edge speaks no TLS here, whatever a client says: a Secure cookie would never come back.
    const claimed = await fetch(stack.url, { headers: { "x-forwarded-proto": "https" } });
    expect(claimed.headers.get("set-cookie")).toMatch(/; SameSite=Lax$/);
  });

  it("shows its metrics inside, and not through the load balancer", async () => {
    const outside = await fetch(`${stack.url}/metrics`);
    expect([outside.status, await outside.text()]).toEqual([404, expect.stringContaining('"code":"not_found"')]);
    for (const service of ["app", "worker"]) {
      const [name] = [...(await stack.containersOf(service)).keys()];
      const revision = await stack.output(`${service}Revision`);
      // Asked from the edge network, where a scraper would be.
      const metrics = await docker("exec", `evenkeel-${stack.name}-traefik`, ...wget(`http://${name}:9090/metrics`));
      expect(metrics).toMatch(new RegExp(`^build_info\\{.*revision="${revision}".*\\} 1$`, "m"));
    }
  });

  it("shows a browser the live page, and streams what happens to it, through the load balancer", async () => {
    const page = await fetch(stack.url, { headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await page.text()).toMatch(/<!doctype html>/i);
    const stop = new AbortController();
    const events = await fetch(`${stack.url}/events`, { signal: stop.signal });
    expect(events.headers.get("content-type")).toContain("text/event-stream");
    const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!/^data: .*app-[0-9a-f]{8}-3/m.test(text)) text += (await reader.read()).value ?? "";
    stop.abort();
  });

  it("gives every container the security baseline", async () => {
    const containers = await stack.containers();
    const prefix = `/evenkeel-${stack.name}-`;
    for (const one of await inspect(...containers.keys())) {
      const service = one.Config.Labels["evenkeel.service"]!;
      const { HostConfig: host } = one;
      expect({
        name: one.Name,
        user: /^[1-9]\d*:[1-9]\d*$/.test(one.Config.User),
        readOnly: host.ReadonlyRootfs,
        capabilities: [host.CapAdd, host.CapDrop],
        security: host.SecurityOpt,
        privileged: host.Privileged,
        memory: host.Memory > 0 && host.MemorySwap === host.Memory,
        cpu: host.NanoCpus > 0 || host.CpuQuota > 0,
        restart: host.RestartPolicy.Name,
        hostNamespaces: [host.NetworkMode, host.PidMode].includes("host"),
        socket: one.Mounts.some((mount) => mount.Source.endsWith("docker.sock")),
        binds: one.Mounts.filter((mount) => mount.Type === "bind" && mount.RW).length,
        ports: Object.keys(host.PortBindings ?? {}).length > 0,
        labels: [one.Config.Labels["evenkeel.project"], one.Config.Labels["evenkeel.stack"]],
        revision: /^[0-9a-f]{8}$/.test(one.Config.Labels["evenkeel.revision"] ?? ""),
        healthy: one.State.Health?.Status,
      }).toEqual({
        name: expect.stringContaining(prefix + service),
        user: service !== "docker-socket",
        readOnly: true,
        capabilities: [null, ["ALL"]],
        security: ["no-new-privileges:true"],
        privileged: false,
        memory: true,
        cpu: true,
        restart: "always",
        hostNamespaces: false,
        socket: service === "docker-socket",
        binds: 0,
        ports: service === "traefik",
        labels: ["evenkeel", stack.name],
        revision: true,
        healthy: "healthy",
      });
    }
    expect(containers.size).toBe(8);
  });

  it("puts containers on the networks they need and no other", async () => {
    const [edge, internal] = [`evenkeel-${stack.name}-edge`, `evenkeel-${stack.name}-internal`];
    const expected: Record<string, string[]> = {
      app: [edge, internal],
      worker: [edge, internal],
      traefik: [edge],
      healer: [edge],
      redis: [internal],
      "docker-socket": ["none"],
    };
    for (const one of await inspect(...(await stack.containers()).keys())) {
      const service = one.Config.Labels["evenkeel.service"]!;
      expect([service, Object.keys(one.NetworkSettings.Networks).sort()]).toEqual([service, expected[service]]);
    }
    expect(await docker("network", "inspect", "--format", "{{.Internal}}", internal, edge)).toBe("true\nfalse");
  });

  /** Asks a view of the engine, in the order given, as a container that mounts its volume would; returns what it answered. */
  async function askEngine(
    volume: string,
    asks: readonly (readonly [method: string, path: string, ...rest: unknown[]])[],
  ) {
    const script = `(async () => {
      const answers = [];
      for (const [method, path] of ${JSON.stringify(asks.map(([method, path]) => [method, path]))})
        answers.push(await new Promise(done => require("http").request({socketPath: "/run/evenkeel/docker.sock", method, path},
          answer => { let text = ""; answer.on("data", part => text += part).on("end", () => done([answer.statusCode, text])) }).end()));
      console.log(JSON.stringify(answers));
    })()`;
    const label = ["--label", "evenkeel.project=evenkeel", "--label", `evenkeel.stack=${stack.name}`];
    const options = ["--user", "10001", "--network", "none", "-v", `evenkeel-${stack.name}-${volume}:/run/evenkeel`];
    const out = await docker("run", "--rm", ...label, ...options, baseImages.node, "node", "-e", script);
    return JSON.parse(out) as [status: number, body: string][];
  }

  it("lets the load balancer read the engine, and nothing more", async () => {
    const [app] = [...(await stack.containersOf("app")).keys()];
    const asks: [string, string, number][] = [
      ["GET", "/version", 200],
      ["GET", `/v1.41/containers/json?all=1&filters=${encodeURIComponent("{}")}`, 200],
      ["GET", "/images/json", 403],
      ["GET", "/v1.41/containers/abc/archive?path=/", 403],
      ["GET", "/containers/abc/logs", 403],
      ["GET", "/version/../images/json", 403],
      ["GET", "/v1.41/volumes", 403],
      ["POST", "/v1.41/containers/create", 405],
      ["POST", "/version", 405],
      ["POST", `/containers/${app}/restart`, 405],
      ["DELETE", "/containers/json", 405],
      ["PUT", "/containers/abc/archive?path=/", 405],
      ["HEAD", "/_ping", 405],
    ];
    const answers = await askEngine("docker-socket", asks);
    expect(answers.map(([status]) => status)).toEqual(asks.map(([, , status]) => status));
    const listed = JSON.parse(answers[1]![1]) as { Names: string[] }[];
    const replicas = [...(await stack.containersOf("app")).keys()];
    expect(listed.map(({ Names }) => Names[0]!.slice(1)).sort()).toEqual(replicas.sort());
  });

  it("lets the healer list and restart its stack's replicas, and nothing more", async () => {
    const [app] = [...(await stack.containersOf("app")).keys()];
    const [worker] = [...(await stack.containersOf("worker")).keys()];
    const before = await inspect(...(await stack.containers()).keys());
    const everything = `/containers/json?all=1&filters=${encodeURIComponent("{}")}`;
    const asks: [string, string, number][] = [
      ["GET", everything, 200],
      ["POST", `/containers/${worker}/restart?t=60`, 204],
      ["GET", `/containers/${app}/json`, 403],
      ["GET", `/containers/${app}/logs`, 403],
      ["GET", "/events", 403],
      ["GET", "/containers/json/", 403],
      ["GET", `/containers/${app}/restart`, 403],
      ["POST", `/containers/${app}/stop`, 403],
      ["POST", `/containers/${app}/kill`, 403],
      ["POST", `/containers/${app}/exec`, 403],
      ["POST", `/containers/${app}/restart/../stop`, 403],
      ["POST", `/v1.41/containers/${app}/restart`, 403],
      ["POST", `/containers/evenkeel-${stack.name}-redis/restart`, 403],
      ["POST", `/containers/evenkeel-${stack.name}-traefik/restart`, 403],
      ["POST", `/containers/${app!.replace(stack.name, "other")}/restart`, 403],
      ["POST", `/containers/${before[0]!.Id}/restart`, 403],
      ["POST", "/containers/create", 403],
      ["DELETE", `/containers/${app}`, 405],
      ["PUT", `/containers/${app}/archive?path=/`, 405],
      ["HEAD", "/containers/json", 405],
    ];
    const answers = await askEngine("docker-socket-restarts", asks);
    expect(answers.map(([status]) => status)).toEqual(asks.map(([, , status]) => status));
    const listed = JSON.parse(answers[0]![1]) as { Names: string[] }[];
    const replicas = [...(await stack.containersOf("app")).keys(), ...(await stack.containersOf("worker")).keys()];
    expect(listed.map(({ Names }) => Names[0]!.slice(1)).sort()).toEqual(replicas.sort());
    expect(answers[0]![1]).not.toContain("REDIS_URL");

    const after = await inspect(...before.map(({ Name }) => Name.slice(1)));
    const restarted = after.filter((one, index) => one.State.StartedAt !== before[index]!.State.StartedAt);
    expect(restarted.map(({ Name }) => Name)).toEqual([`/${worker}`]);
    await eventually("the worker is healthy again", async () => {
      return (await inspect(worker!))[0]!.State.Health?.Status === "healthy";
    });
  });

  it("keeps passwords out of outputs, previews and plain state", async () => {
    const [app] = await inspect([...(await stack.containersOf("app")).keys()][0]!);
    const url = app!.Config.Env!.find((line) => line.startsWith("REDIS_URL="))!;
    const password = new URL(url.slice("REDIS_URL=".length)).password;
    expect(password).toHaveLength(32);
    for (const args of [
      ["stack", "output", "--json"],
      ["stack", "export"],
      ["preview", "--diff"],
    ]) {
      expect(await project.expectPulumi(...args, "--stack", stack.name)).not.toContain(password);
    }
    for (const name of (await stack.containers()).keys()) {
      expect((await docker("logs", name)).includes(password)).toBe(false);
    }
  });
});
