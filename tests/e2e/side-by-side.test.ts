import { Client } from "../support/client";
import { ProjectCopy } from "../support/project-copy";
import { TestStack } from "../support/test-stack";

jest.setTimeout(300_000);

let project: ProjectCopy;
let stacks: TestStack[] = [];

beforeAll(async () => {
  project = await ProjectCopy.make();
  stacks = [
    await TestStack.make(project, { replicas: "1" }),
    await TestStack.make(project, { replicas: "1", workerReplicas: "0" }),
  ];
  for (const stack of stacks) await stack.up();
});

afterAll(async () => {
  for (const stack of stacks) await stack.cleanUp();
  await project?.remove();
});

describe("two stacks on one host", () => {
  it("serve side by side and share nothing", async () => {
    const [first, second] = stacks as [TestStack, TestStack];
    await new Client(first.url).get("/set?key=whose&value=first");
    expect((await new Client(second.url).get("/get?key=whose")).status).toBe(404);
    const [one, two] = [await new Client(first.url).visit(), await new Client(second.url).visit()];
    expect([one.global_count, two.global_count]).toEqual([1, 1]);
  });

  it("leave nothing of the one that is destroyed, and the other untouched", async () => {
    const [first, second] = stacks as [TestStack, TestStack];
    const kinds = new Set((await first.objects()).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["container", "image", "network", "volume"]);
    const others = await second.objects();
    await first.destroy();
    expect(await first.objects()).toEqual([]);
    expect(await second.objects()).toEqual(others);
    expect((await new Client(second.url).visit()).global_count).toBe(2);
  });
});
