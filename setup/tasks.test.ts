import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { homePaths } from "./home";
import { prepareHome } from "./prepare-home";
import { setupTasks, toolTasks } from "./tasks";

const titles = (tasks: { title?: unknown }[]) => tasks.map(({ title }) => title);

describe("what a machine is made ready for", () => {
  it("is a preview: no engine and no image", () => {
    expect(titles(toolTasks())).toEqual(["Home folder and passphrase", "Tools"]);
  });

  it("is a stack: the same first, then the engine, then tools and images", () => {
    expect(titles(setupTasks())).toEqual(["Home folder and passphrase", "Docker engine", "Tools and base images"]);
  });
});

describe("the home folder", () => {
  let root: string;
  beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), "evenkeel-home-"))));
  afterEach(() => rm(root, { recursive: true, force: true }));

  const prepare = (env: NodeJS.ProcessEnv) => {
    const home = homePaths({ EVENKEEL_HOME: root });
    return prepareHome({ home, env }, { say: () => undefined });
  };

  it("is its user's alone and gets a passphrase once", async () => {
    expect(await prepare({})).toMatch(/^made/);
    expect(await prepare({})).toMatch(/^already there/);
    expect((await stat(root)).mode & 0o777).toBe(0o700);
    expect(await readdir(root)).toEqual(["passphrase", "pulumi", "state"]);
  });

  it.each(["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])(
    "gets no passphrase where %s gives one",
    async (name) => {
      expect(await prepare({ [name]: "theirs" })).toMatch(/^passphrase given/);
      expect(await readdir(root)).toEqual(["pulumi", "state"]);
    },
  );
});
