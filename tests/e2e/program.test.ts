import { cp, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { ProjectCopy } from "../support/project-copy";
import { TestStack } from "../support/test-stack";

jest.setTimeout(400_000);

const root = join(__dirname, "..", "..");

/** No preview touches the engine: these stories bring nothing up. */
describe("the program of a fresh clone, with no build step", () => {
  let project: ProjectCopy;
  let stack: TestStack;

  beforeAll(async () => {
    project = await ProjectCopy.make();
    stack = await TestStack.make(project, { replicas: "1" });
  });
  afterAll(async () => {
    await stack.cleanUp();
    await project.remove();
  });

  const bundles = () => join(project.folder, ".evenkeel", "bundles");
  /** The app's image and replica as a preview names them: both hold a hash of the app's code. */
  const app = async () => ((await stack.plan()).create ?? []).filter((name) => / app-(image-)?[0-9a-f]{8}/.test(name));

  it("previews the same twice, the second time from what it kept", async () => {
    const first = await app();
    expect(first).toHaveLength(2);
    // What was written a moment ago is not kept yet.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await app()).toEqual(first);
    expect((await readdir(bundles())).sort()).toEqual(
      ["app", "healer", "worker"].flatMap((name) => [`${name}.js`, `${name}.json`]),
    );
    expect(await app()).toEqual(first);
  });

  it("sees an edit of the app, of the program, and of a dependency at once", async () => {
    const seen = [await app()];
    await project.edit("app/routes/home.ts", (text) => text + '\nconsole.log("another app");\n');
    seen.push(await app());
    await project.edit("runtime/lifecycle.ts", (text) => text + '\nconsole.log("another runtime");\n');
    seen.push(await app());
    await project.edit("infra/app-spec.ts", (text) => text.replace("const port = 3000", "const port = 3001"));
    seen.push(await app());
    await ownCopyOf("helmet");
    await project.edit("node_modules/helmet/index.cjs", (text) => text + '\nconsole.log("another helmet");\n');
    await project.edit("node_modules/helmet/index.mjs", (text) => text + '\nconsole.log("another helmet");\n');
    seen.push(await app());
    expect(new Set(seen.map(([replica]) => replica)).size).toBe(seen.length);
  });

  it("previews the same from two commands at once with nothing kept, and after the kept files were damaged", async () => {
    const before = await app();
    await rm(bundles(), { recursive: true });
    expect(await Promise.all([app(), app()])).toEqual([before, before]);
    expect(await app()).toEqual(before);
    for (const file of await readdir(bundles())) await truncate(join(bundles(), file), 1000);
    expect(await app()).toEqual(before);
  });

  it("previews the same where nothing can be kept", async () => {
    const before = await app();
    await rm(bundles(), { recursive: true });
    await writeFile(bundles(), "not a folder");
    expect(await app()).toEqual(before);
  });

  it("names file and line of the TypeScript when it fails", async () => {
    await project.edit("infra/stack.ts", (text) =>
      text.replace("const engine =", '\n  if (identity) throw new Error("on purpose");\n  const engine ='),
    );
    const { exitCode, output } = await stack.tryPreview();
    expect(exitCode).not.toBe(0);
    const text = await readFile(join(project.folder, "infra/stack.ts"), "utf8");
    const line = text.split("\n").findIndex((content) => content.includes("on purpose")) + 1;
    expect(output).toContain("on purpose");
    expect(output).toContain(`stack.ts:${line}:`);
  });

  /** The copy's node_modules is a link to the checkout's: makes it a folder of links in which one package is real. */
  async function ownCopyOf(name: string): Promise<void> {
    const folder = join(project.folder, "node_modules");
    const real = join(root, "node_modules");
    await rm(folder);
    await mkdir(folder);
    for (const entry of await readdir(real)) if (entry !== name) await symlink(join(real, entry), join(folder, entry));
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await cp(join(real, name), join(folder, name), { recursive: true });
  }
});
