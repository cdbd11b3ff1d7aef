import { availableParallelism } from "node:os";

import { Docker } from "../../infra/docker";
import { widthFor } from "../../infra/gate/pace";
import { startLoad } from "../../load/load";
import { Client } from "../support/client";
import { lossesOf } from "../support/losses";
import { ProjectCopy } from "../support/project-copy";
import { TestStack } from "../support/test-stack";

jest.setTimeout(300_000);

let project: ProjectCopy;
let stack: TestStack;

beforeAll(async () => {
  project = await ProjectCopy.make();
  stack = await TestStack.make(project);
  await stack.up();
});

afterAll(async () => {
  await stack?.cleanUp();
  await project?.remove();
});

describe("a settled stack", () => {
  it("has nothing to change, without and with a look at the engine", async () => {
    expect(await stack.plan()).toEqual({});
    expect(await stack.plan("--refresh")).toEqual({});
  });

  it("becomes five replicas by two that are created, while the three serve every request and keep their ids", async () => {
    const client = new Client(stack.url);
    const before = await client.visit();
    const old = await stack.containers();
    const revision = await stack.output("appRevision");

    await stack.set("replicas", "5");
    expect(await stack.plan()).toEqual({
      create: [`Container app-${revision}-4`, `Container app-${revision}-5`],
    });
    const load = await startLoad({ url: stack.url, rate: 200, mix: "get" });
    await stack.up();
    expect((await load.stop()).failures).toEqual({});

    const now = await stack.containers();
    expect(now.size).toBe(old.size + 2);
    for (const [name, id] of old) expect(now.get(name)).toBe(id);
    const after = await client.visit();
    expect(after.session_count).toBe(before.session_count + 1);
    expect(after.global_count).toBeGreaterThan(before.global_count + 1);
  });

  it("becomes two replicas by three that are deleted, and serves every request meanwhile", async () => {
    const client = new Client(stack.url);
    const before = await client.visit();
    const old = await stack.containers();
    const revision = await stack.output("appRevision");

    await stack.set("replicas", "2");
    const plan = await stack.plan();
    expect(Object.keys(plan)).toEqual(["delete"]);
    expect(plan.delete).toEqual([3, 4, 5].map((index) => `Container app-${revision}-${index}`));
    const load = await startLoad({ url: stack.url, rate: 200, mix: "get" });
    await stack.up();
    const report = await load.stop();
    expect(lossesOf(report)).toEqual({});
    expect(report.succeeded).toBe(report.offered);

    const now = await stack.containers();
    expect(now.size).toBe(old.size - 3);
    for (const [name, id] of now) expect(old.get(name)).toBe(id);
    expect((await client.visit()).session_count).toBe(before.session_count + 1);
  });

  it("scales the worker apart from the app, to none and back", async () => {
    const revision = await stack.output("workerRevision");
    await stack.set("workerReplicas", "0");
    expect(await stack.plan()).toEqual({ delete: [`Container worker-${revision}-1`] });
    await stack.up();
    expect((await stack.containersOf("worker")).size).toBe(0);
    await stack.set("workerReplicas", "2");
    expect(await stack.plan()).toEqual({
      create: [`Container worker-${revision}-1`, `Container worker-${revision}-2`],
    });
  });

  it.each([
    ["replicas", "0", "an integer from 1 to 100", "pulumi config set replicas 3"],
    ["replicas", "-1", "an integer from 1 to 100", "pulumi config set replicas 3"],
    ["replicas", "1.5", "an integer from 1 to 100", "pulumi config set replicas 3"],
    ["replicas", "abc", "an integer from 1 to 100", "pulumi config set replicas 3"],
    ["replicas", "1000", "an integer from 1 to 100", "pulumi config set replicas 3"],
    ["replica", "5", "did you mean replicas?", "pulumi config rm replica"],
  ])("refuses %s = %s in the preview and in the update, and touches nothing", async (key, value, allowed, mend) => {
    const before = await stack.containers();
    await stack.set(key, value);
    try {
      for (const { exitCode, output } of [await stack.tryPreview(), await stack.tryUp()]) {
        expect(exitCode).not.toBe(0);
        expect(output).toContain("1 setting is wrong; nothing was changed.");
        expect(output).toContain(allowed);
        expect(output).toContain(mend);
        expect(output).not.toMatch(/\.ts:\d+|unhandled exception/);
      }
      expect(await stack.containers()).toEqual(before);
    } finally {
      await (key === "replicas" ? stack.set(key, "2") : stack.unset(key));
    }
  });

  it("names several wrong settings in one message", async () => {
    const wrong = { replicas: "abc", httpPort: "99999", sticky: "perhaps", strategy: "luck", nonsense: "1" };
    const port = String(stack.port);
    for (const [key, value] of Object.entries(wrong)) await stack.set(key, value);
    try {
      const { exitCode, output } = await stack.tryPreview();
      expect(exitCode).not.toBe(0);
      expect(output).toContain("5 settings are wrong; nothing was changed.");
      for (const key of Object.keys(wrong)) expect(output).toContain(`- ${key}: `);
    } finally {
      for (const key of ["sticky", "strategy", "nonsense"]) await stack.unset(key);
      await stack.set("replicas", "2");
      await stack.set("httpPort", port);
    }
  });

  it("becomes nine replicas a few at a time, while the two that serve have enough of the machine", async () => {
    await stack.set("replicas", "9");
    const starting = new Set<string>();
    let most = 0;
    const filters = [
      "event=create",
      "event=health_status",
      `label=evenkeel.stack=${stack.name}`,
      "label=evenkeel.service=app",
    ];
    const stop = new Docker().follow(
      [
        "events",
        ...filters.flatMap((filter) => ["--filter", filter]),
        "--format",
        "{{.Status}}\t{{.Actor.Attributes.name}}",
      ],
      (line) => {
        const [what, name = ""] = line.split("\t");
        if (what === "create") starting.add(name);
        if (what === "health_status: healthy") starting.delete(name);
        most = Math.max(most, starting.size);
      },
    );
    const load = await startLoad({ url: stack.url, rate: 100, mix: "get", clients: 1000 });
    await stack.up();
    const report = await load.stop();
    stop();
    expect(lossesOf(report)).toEqual({});
    expect((await stack.containersOf("app")).size).toBe(9);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(widthFor(availableParallelism()));
  });

  it("makes no more replicas of a release that ends again and again than may start side by side", async () => {
    const old = await stack.output("appRevision");
    await project.edit("app/main.ts", (text) => `process.exit(7);\n${text}`);
    const load = await startLoad({ url: stack.url, rate: 100, mix: "get", clients: 1000 });
    const { exitCode, output } = await stack.tryUp();
    const report = await load.stop();
    expect([exitCode, output]).not.toEqual([0, expect.anything()]);
    expect(output).toContain("exit code 7");
    expect(lossesOf(report)).toEqual({});
    const bad = [...(await stack.containersOf("app")).keys()].filter((name) => !name.includes(old));
    expect(bad.length).toBeLessThanOrEqual(widthFor(availableParallelism()));

    await project.edit("app/main.ts", (text) => text.replace("process.exit(7);\n", ""));
    await stack.up();
    expect([...(await stack.containersOf("app")).keys()].filter((name) => !name.includes(old))).toEqual([]);
    expect(await stack.plan()).toEqual({});
  });
});
