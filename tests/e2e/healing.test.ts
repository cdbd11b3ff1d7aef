import { baseImages } from "../../infra/base-images";
import { Client } from "../support/client";
import { docker, inspect } from "../support/docker";
import { eventually } from "../support/eventually";
import { ProjectCopy } from "../support/project-copy";
import { TestStack } from "../support/test-stack";

jest.setTimeout(300_000);

let project: ProjectCopy;
let stack: TestStack;

beforeAll(async () => {
  project = await ProjectCopy.make();
  stack = await TestStack.make(project, { replicas: "2" });
  await stack.up();
});

afterAll(async () => {
  await stack?.cleanUp();
  await project?.remove();
});

/** Kills a container's process from outside, as the kernel does when memory runs out: to the engine that is a crash. */
async function crash(pid: number): Promise<void> {
  await docker(
    "run",
    "--rm",
    "--pid",
    "host",
    "--network",
    "none",
    baseImages.node,
    "busybox",
    "kill",
    "-9",
    String(pid),
  );
}

describe("a stack whose parts die", () => {
  it.each(["app", "worker", "redis", "traefik", "docker-socket"])(
    "has its %s back and healthy without anyone when the process crashes",
    async (service) => {
      const client = new Client(stack.url);
      await client.visit();
      const [name] = [...(await stack.containersOf(service)).keys()];
      const [before] = await inspect(name!);
      await crash(before!.State.Pid);
      const after = await eventually(`${name} is back and healthy`, async () => {
        const [now] = await inspect(name!);
        return now!.State.Pid !== before!.State.Pid && now!.State.Health?.Status === "healthy" && now;
      });
      expect([after.Id, after.RestartCount]).toEqual([before!.Id, before!.RestartCount + 1]);
      const visit = await eventually("the stack serves", () => client.visit());
      // Redis was told of the visit before the crash: what it acknowledged is there.
      expect(visit.session_count).toBeGreaterThanOrEqual(service === "redis" ? 1 : 2);
      expect(await stack.plan("--refresh")).toEqual({});
    },
  );

  it("loses no counter when Redis is stopped and started", async () => {
    const client = new Client(stack.url);
    const before = await client.visit();
    await docker("restart", `evenkeel-${stack.name}-redis`);
    const after = await eventually("the stack serves", () => client.visit());
    expect(after.session_count).toBeGreaterThan(before.session_count);
    expect(after.global_count).toBeGreaterThan(before.global_count);
  });

  it("has exactly the replica back that was removed by hand", async () => {
    const before = await stack.containers();
    const [name] = [...(await stack.containersOf("app")).keys()];
    await docker("rm", "--force", name!);
    const short = name!.slice(`evenkeel-${stack.name}-`.length);
    expect(await stack.plan("--refresh")).toEqual({ create: [`Container ${short}`] });
    await stack.up("--refresh");
    const after = await stack.containers();
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    for (const [other, id] of before) expect(after.get(other) === id).toBe(other !== name);
  });
});
