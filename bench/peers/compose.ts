import { access, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { homePaths } from "../../setup/home";

/** The version that is built, and the one to have for figures that can be compared. */
const version = "2.40.3";

/** How to call Docker Compose: the plugin where there is one, else one built from its Go module (1 to 2 minutes). */
export async function composeCommand(): Promise<readonly string[]> {
  const plugin = await execa("docker", ["compose", "version"], { reject: false });
  if (plugin.exitCode === 0) return ["docker", "compose"];
  const target = join(homePaths().root, "peers", `docker-compose-${version}`);
  if (await isThere(target)) return [target];
  console.error(`builds Docker Compose ${version} from its Go module, once: 1 to 2 minutes`);
  await mkdir(join(homePaths().root, "peers"), { recursive: true });
  const flags = [
    "-trimpath",
    "-buildvcs=false",
    "-ldflags",
    `-s -w -X github.com/docker/compose/v2/internal.Version=v${version}`,
  ];
  await execa("go", ["build", ...flags, "-o", `${target}.new`, "github.com/docker/compose/v2/cmd"], {
    cwd: join(__dirname, "compose"),
    env: { CGO_ENABLED: "0", GOWORK: "off" },
  });
  await rename(`${target}.new`, target);
  return [target];
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
