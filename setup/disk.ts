import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";

import { SetupError } from "./errors";

const gib = 1024 ** 3;

/** Space that building takes in one folder. */
export interface SpaceNeed {
  readonly folder: string;
  /** Bytes. */
  readonly bytes: number;
  /** What for, in a message. */
  readonly holds: string;
}

/** Free space of one file system, and all that is about to be put on it. */
export interface SpaceObservation {
  readonly needs: readonly SpaceNeed[];
  /** Bytes an ordinary user may still use. */
  readonly free: number;
}

/** Pure: throws for the first file system that is too small for all that will lie on it. */
export function requireSpace(fileSystems: readonly SpaceObservation[]): void {
  for (const { needs, free } of fileSystems) {
    const bytes = needs.reduce((sum, need) => sum + need.bytes, 0);
    if (free >= bytes) continue;
    const holds = needs.map((need) => `${need.folder} (${need.holds})`).join(", ");
    throw new SetupError({
      action: "build the toolchain",
      got: `${format(free)} free where ${holds} will lie`,
      needed: `${format(bytes)} free`,
      mend: "free some space (docker system prune, go clean -cache), or set EVENKEEL_HOME, GOCACHE and GOMODCACHE to folders on a larger disk",
    });
  }
}

function format(bytes: number): string {
  return `${(bytes / gib).toFixed(1)} GiB`;
}

/** Groups needs by file system and looks at the space each has. */
export async function observeSpace(needs: readonly SpaceNeed[]): Promise<SpaceObservation[]> {
  const systems = new Map<number, { needs: SpaceNeed[]; free: number }>();
  for (const need of needs) {
    const folder = await existing(need.folder);
    const { dev } = await stat(folder);
    const { bavail, bsize } = await statfs(folder);
    const system = systems.get(dev) ?? { needs: [], free: bavail * bsize };
    system.needs.push(need);
    systems.set(dev, system);
  }
  return [...systems.values()];
}

/** The folder itself, or the nearest one above it that exists. */
async function existing(folder: string): Promise<string> {
  try {
    await stat(folder);
    return folder;
  } catch {
    return dirname(folder) === folder ? folder : existing(dirname(folder));
  }
}
