import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ContainerArgs } from "@pulumi/docker";
import { execa } from "execa";

import { stateUrl, toolEnvironment } from "../../setup/environment";
import { homePaths } from "../../setup/home";

const root = join(__dirname, "..", "..");

/** Name of a container -> what it is. */
export type Containers = Readonly<Record<string, ContainerArgs>>;

/**
 * A Pulumi program of a few lines of JavaScript with a stack of its own in a folder of its own: same CLI, host, provider, environment
 * and kind of state as Evenkeel's, and none of what Evenkeel's program does.
 */
export class BarePulumi {
  private constructor(private readonly folder: string) {}

  static async make(): Promise<BarePulumi> {
    const folder = await mkdtemp(join(tmpdir(), "evenkeel-bench-"));
    const bare = new BarePulumi(folder);
    await cp(join(__dirname, "bare-pulumi"), folder, { recursive: true });
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "bare", private: true }));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    await bare.declare({});
    await bare.pulumi("stack", "init", "bench");
    return bare;
  }

  /** Writes down what is wanted. */
  async declare(containers: Containers): Promise<void> {
    await writeFile(join(this.folder, "containers.json"), JSON.stringify(containers));
  }

  async preview(): Promise<void> {
    await this.pulumi("preview", "--stack", "bench");
  }

  async up(): Promise<void> {
    await this.pulumi("up", "--stack", "bench", "--yes", "--skip-preview");
  }

  async remove(): Promise<void> {
    await this.pulumi("destroy", "--stack", "bench", "--yes", "--skip-preview").catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }

  private async pulumi(...args: string[]): Promise<void> {
    const env = {
      ...toolEnvironment(homePaths()),
      PULUMI_BACKEND_URL: stateUrl(this.folder),
      PULUMI_CONFIG_PASSPHRASE: "bench",
    };
    await execa("pulumi", [...args, "--non-interactive"], { cwd: this.folder, env, extendEnv: false, stdin: "ignore" });
  }
}
