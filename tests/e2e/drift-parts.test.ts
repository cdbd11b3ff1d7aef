import { setTimeout as sleep } from "node:timers/promises";

import { docker } from "../support/docker";
import { driftOf, repair } from "../support/drift";
import { eventually } from "../support/eventually";
import { faults } from "../support/faults";
import { Client } from "../support/client";
import { ProjectCopy } from "../support/project-copy";
import { remake } from "../support/remake";
import { TestStack } from "../support/test-stack";

jest.setTimeout(300_000);

let project: ProjectCopy;
let stack: TestStack;

beforeAll(async () => {
  project = await ProjectCopy.make();
  stack = await TestStack.make(project, { replicas: "2", heal: "false" });
  await stack.up();
});

afterAll(async () => {
  await stack?.cleanUp();
  await project?.remove();
});

const partOf = (part: string) => `evenkeel-${stack.name}-${part}`;
const appReplicas = async () => [...(await stack.containersOf("app")).keys()].sort();

describe("what there is only one of", () => {
  it("is a Redis that lost its passwords: named with what its repair interrupts, and left alone until that is allowed", async () => {
    const redis = partOf("redis");
    await remake(redis, ({ Cmd }) => Cmd.splice(Cmd.indexOf("--user")));
    const before = await docker("inspect", "--format", "{{.Id}}", redis);
    const { drift } = await driftOf(stack);
    expect(drift.filter((line) => line.endsWith(" redis"))).toEqual([
      "command redis",
      "identity redis",
      "redis-open redis",
    ]);

    const refused = await repair(stack);
    expect([refused.exitCode, refused.output]).toEqual([
      2,
      expect.stringMatching(/redis: Redis is stopped.*about \d+ s/),
    ]);
    expect(await docker("inspect", "--format", "{{.Id}}", redis)).toBe(before);

    const allowed = await repair(stack, "--allow-interruption");
    expect([allowed.exitCode, allowed.output]).toEqual([0, expect.stringContaining("No drift")]);
    expect(await docker("exec", redis, "redis-cli", "ping")).toContain("NOAUTH");
    expect(await stack.plan("--refresh")).toEqual({});
  });

  it("is the load balancer off its network, beside a replica it can't reach: both are back in place", async () => {
    const [, cut] = (await appReplicas()) as [string, string];
    const before = await stack.containers();
    await faults.find(({ what }) => what === "is cut off from the network")!.make(cut, 0, partOf("edge"));
    // Its own check comes every two seconds and takes three.
    await sleep(6500);
    expect(await driftOf(stack)).toEqual({ exitCode: 2, drift: ["not-routed app-2"] });
    await docker("network", "disconnect", partOf("edge"), partOf("traefik"));

    const { exitCode, output } = await repair(stack);
    expect([exitCode, output]).toEqual([0, expect.stringContaining("No drift")]);
    expect(output).toMatch(/networks +\S+-traefik/);
    expect(await stack.containers()).toEqual(before);
    await eventually("the stack serves", () => new Client(stack.url).visit());
  });

  it("is a network, and Redis with its data: what is gone is made anew, and the table says what that means", async () => {
    const [worker] = [...(await stack.containersOf("worker")).keys()] as [string];
    await docker("rm", "--force", worker, partOf("redis"));
    await docker("volume", "rm", partOf("redis"));
    for (const name of [...(await appReplicas()), partOf("traefik")]) {
      await docker("network", "disconnect", "--force", partOf("edge"), name);
    }
    await docker("network", "rm", partOf("edge"));
    const { exitCode, drift } = await driftOf(stack);
    expect([exitCode, drift]).toEqual([
      2,
      expect.arrayContaining(["missing redis", "missing worker-1", "network edge", "networks traefik", "volume redis"]),
    ]);

    const { exitCode: repaired, output } = await repair(stack);
    expect([repaired, output]).toEqual([0, expect.stringContaining("No drift")]);
    expect(output).toContain("gone, and what was on it");
    await eventually("the stack serves", () => new Client(stack.url).visit());
    expect(await driftOf(stack)).toEqual({ exitCode: 0, drift: [] });
    expect(await stack.plan("--refresh")).toEqual({});
  });
});

describe("the command", () => {
  it("refuses what does not fit together, and a stack that is not there, with nothing touched", async () => {
    const before = await stack.containers();
    const unfit = await project.ops("drift", "--stack", stack.name, "--allow-interruption");
    expect([unfit.exitCode, unfit.output]).toEqual([
      1,
      expect.stringContaining("--allow-interruption without --repair"),
    ]);
    const unknown = await project.ops("drift", "--stack", "no-such-stack", "--repair");
    expect([unknown.exitCode, unknown.output]).toEqual([1, expect.stringContaining("no stack of this name")]);
    expect(await stack.containers()).toEqual(before);
  });
});
