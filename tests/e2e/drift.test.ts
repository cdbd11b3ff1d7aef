import { startLoad } from "../../load/load";
import { baseImages } from "../../infra/base-images";
import { Client } from "../support/client";
import { docker } from "../support/docker";
import { driftOf, repair } from "../support/drift";
import { eventually } from "../support/eventually";
import { lossesOf } from "../support/losses";
import { ProjectCopy } from "../support/project-copy";
import { remake } from "../support/remake";
import { TestStack } from "../support/test-stack";

jest.setTimeout(300_000);

let project: ProjectCopy;
let stack: TestStack;

beforeAll(async () => {
  project = await ProjectCopy.make();
  // Without the healer, which would have a paused replica back before anybody looks.
  stack = await TestStack.make(project, { heal: "false" });
  await stack.up();
});

afterAll(async () => {
  await stack?.cleanUp();
  await project?.remove();
});

const namesOf = async (service: string) => [...(await stack.containersOf(service)).keys()].sort();

/** The stack is as declared, by the word of both who look. */
async function expectNoDrift(): Promise<void> {
  expect(await driftOf(stack)).toEqual({ exitCode: 0, drift: [] });
  expect(await stack.plan()).toEqual({});
  expect(await stack.plan("--refresh")).toEqual({});
}

describe("a stack of three replicas", () => {
  it("has not drifted after an update", expectNoDrift);

  it("has each way of drifting found, and exactly these parts brought back while every request is served", async () => {
    const [one, two, three] = (await namesOf("app")) as [string, string, string];
    const [worker] = (await namesOf("worker")) as [string];
    const prefix = `evenkeel-${stack.name}`;
    await remake(one, (definition) => {
      definition.Env = [...definition.Env.filter((line) => !line.startsWith("LOG_LEVEL=")), "LOG_LEVEL=debug"];
      definition.Labels["made.by"] = "hand";
    });
    await docker("stop", two);
    await remake(three, (definition) => {
      definition.User = "0:0";
      definition.Cmd = ["node", "--no-warnings", "/main.js"];
      definition.Healthcheck.Test = ["CMD", "busybox", "true"];
      definition.HostConfig.Binds = ["/tmp:/tmp:ro"];
      definition.HostConfig.PortBindings = { "9/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] };
    });
    await docker("update", "--memory", "300m", "--memory-swap", "300m", "--restart", "no", three);
    await docker("network", "connect", "bridge", three);
    // The view of the engine is paused below: what the load balancer has not heard by then it does not know.
    const servedBy = async () => (await new Client(stack.url).visit()).served_by.instance;
    for (const name of [one, three]) {
      await eventually(`${name} gets requests`, async () => name.endsWith(await servedBy()));
    }
    await docker("rename", worker, `${prefix}-joe`);
    await docker("pause", `${prefix}-docker-socket`);
    const image = await docker("inspect", "--format", "{{.Config.Image}}", one);
    await docker("tag", baseImages.redis, image);
    await docker("rmi", "--force", await docker("inspect", "--format", "{{.Config.Image}}", `${prefix}-joe`));
    const labels = ["project=evenkeel", `stack=${stack.name}`, "service=app"];
    const marks = labels.flatMap((label) => ["--label", `evenkeel.${label}`]);
    await docker("run", "--detach", "--name", `${prefix}-stray`, ...marks, baseImages.node, "busybox", "sleep", "900");

    const found = await driftOf(stack);
    expect(found).toEqual({
      exitCode: 2,
      drift: [
        ...["environment app-1", "foreign stray", "health-check app-3", "identity app-1", "identity app-3"],
        ...["image-missing worker", "image-tag app", "labels app-1", "limits app-3", "mounts app-3", "name worker-1"],
        ...["networks app-3", "paused docker-socket", "ports app-3", "command app-3", "restart-policy app-3"],
        ...["security app-3", "stopped app-2"],
      ].sort(),
    });
    const before = await stack.containers();

    const load = await startLoad({ url: stack.url, rate: 50, mix: "get" });
    const repaired = await repair(stack);
    const report = await load.stop();

    expect([repaired.exitCode, repaired.output]).toEqual([0, expect.stringContaining("No drift")]);
    expect(lossesOf(report)).toEqual({});
    const after = await stack.containers();
    const same = [...after].filter(([name, id]) => before.get(name) === id).map(([name]) => name);
    expect([...after.keys()].filter((name) => !same.includes(name)).sort()).toEqual([one, three, worker]);
    expect(after.get(worker)).toBe(before.get(`${prefix}-joe`));
    await expectNoDrift();
  });
});

describe("a stack of one replica", () => {
  it("has it made anew while every request is served, and what is not deployed stays undeployed", async () => {
    await stack.set("replicas", "1");
    await stack.up();
    const [only] = (await namesOf("app")) as [string];
    await remake(only, (definition) => void definition.Env.push("EXTRA=1"));
    await eventually("the replica serves", async () => (await fetch(`${stack.url}/readyz`)).ok);
    expect(await driftOf(stack)).toEqual({ exitCode: 2, drift: ["environment app-1", "identity app-1"] });
    await project.edit("app/main.ts", (text) => `${text}\nprocess.title = "not deployed";\n`);

    const load = await startLoad({ url: stack.url, rate: 50, mix: "get" });
    const { exitCode, output } = await repair(stack);
    const report = await load.stop();

    expect([exitCode, output]).toEqual([0, expect.stringContaining("No drift")]);
    expect(lossesOf(report)).toEqual({});
    expect(await namesOf("app")).toEqual([only]);
    expect(await driftOf(stack)).toEqual({ exitCode: 0, drift: [] });
  });

  it("has it made anew from the declared image, by a second repair where the first was killed in the middle", async () => {
    const [only] = (await namesOf("app")) as [string];
    const image = await docker("inspect", "--format", "{{.Config.Image}}", only);
    const other = await docker("commit", "--change", "LABEL made.by=hand", only);
    await remake(only, (definition) => void (definition.Image = other));
    await eventually("the replica serves", async () => (await fetch(`${stack.url}/readyz`)).ok);
    expect((await driftOf(stack)).drift).toContain("image app-1");

    const load = await startLoad({ url: stack.url, rate: 50, mix: "get" });
    const killed = project.startOps("drift", "--stack", stack.name, "--repair");
    await eventually("a spare replica", async () => (await namesOf("app")).length === 2, 60);
    killed.kill("SIGKILL");
    await killed.result;
    const { exitCode, output } = await repair(stack);
    const report = await load.stop();

    expect([exitCode, output]).toEqual([0, expect.stringContaining("No drift")]);
    expect(lossesOf(report)).toEqual({});
    expect(await namesOf("app")).toEqual([only]);
    expect(await docker("inspect", "--format", "{{.Config.Image}}", only)).toBe(image);
    await docker("rmi", other);
    expect(await driftOf(stack)).toEqual({ exitCode: 0, drift: [] });
  });
});
