import { join } from "node:path";
import { readFile } from "node:fs/promises";

import { attempt } from "./command";
import { SetupContext } from "./context";
import { observeSpace, requireSpace } from "./disk";
import { requireGo } from "./go-plan";
import { goPrograms } from "./go-programs";

const gib = 1024 ** 3;
const checked = new WeakMap<SetupContext, Promise<void>>();

/** Checks once a run that building can succeed: Go, its version, the architecture, and space for a cold build. */
export function requireGoBuild(context: SetupContext): Promise<void> {
  const check = checked.get(context) ?? requireAll(context);
  checked.set(context, check);
  return check;
}

async function requireAll(context: SetupContext): Promise<void> {
  const answer = await attempt({
    file: "go",
    args: ["env", "-json", "GOVERSION", "GOTOOLCHAIN", "GOCACHE", "GOMODCACHE"],
    cwd: context.home.root,
    env: context.env,
  });
  const go = answer.ok ? (JSON.parse(answer.stdout) as Record<string, string>) : {};
  const seen = { version: go.GOVERSION, toolchain: go.GOTOOLCHAIN, platform: process.platform, arch: process.arch };
  requireGo(seen, await neededGo());
  const [cache, modules] = [go.GOCACHE, go.GOMODCACHE] as [string, string];
  requireSpace(await observeSpace(await spaceNeeds(context.home.build, cache, modules)));
}

/** The highest `go` line of the modules to build. */
export async function neededGo(): Promise<string> {
  const lines = await Promise.all(
    goPrograms.map(async ({ folder }) => {
      const text = await readFile(join(__dirname, "go", folder, "go.mod"), "utf8");
      return /^go (\S+)/m.exec(text)?.[1] ?? "0";
    }),
  );
  return lines.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1)!;
}

/** What a cold build writes where; measured. Once half of a cache is there, only the rest is asked for. */
async function spaceNeeds(build: string, cache: string, modules: string) {
  const rest = async (folder: string, full: number) => {
    const du = await attempt({ file: "du", args: ["-sk", folder], timeout: 60_000 });
    const used = Number.parseInt(du.stdout, 10) * 1024 || 0;
    return Math.max(0, full - used);
  };
  return [
    { folder: build, bytes: 1 * gib, holds: "programs and image files" },
    { folder: cache, bytes: await rest(cache, 5.3 * gib), holds: "Go's compiler cache" },
    { folder: modules, bytes: await rest(modules, 4.5 * gib), holds: "Go modules" },
    { folder: "/var/lib/docker", bytes: 0.7 * gib, holds: "images" },
  ];
}
