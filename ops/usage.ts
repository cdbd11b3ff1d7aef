import { Docker } from "../infra/docker";

/** What a container uses at a moment. */
export interface Usage {
  /** Of a core: 1 is one core. */
  readonly cores: number;
  readonly memoryMiB: number;
}

const stats = ["stats", "--no-stream", "--no-trunc", "--format", "{{json .}}"];

/**
 * CPU and memory of running containers, measured over a second; the command takes two.
 *
 * @returns by container id; one that went away meanwhile is not in it
 */
export async function usageOf(docker: Docker, ids: readonly string[]): Promise<ReadonlyMap<string, Usage>> {
  if (ids.length === 0) return new Map();
  const text = await docker
    .run(...stats, ...ids)
    // One that goes away between the list and this question makes it fail: then each is asked for itself.
    .catch(async () =>
      (await Promise.all(ids.map((id) => docker.run(...stats, id).catch(() => "")))).filter(Boolean).join("\n"),
    );
  if (text.trim() === "") throw new Error("docker stats: no answer for any container");
  return readUsage(text);
}

/** The same of every container that runs on the engine. */
export async function usageOfAll(docker: Docker): Promise<ReadonlyMap<string, Usage>> {
  return readUsage(await docker.run(...stats));
}

/** Reads what `docker stats --format '{{json .}}'` prints, a container a line. One that does not run has dashes and is left out. */
export function readUsage(text: string): ReadonlyMap<string, Usage> {
  const lines = text.split("\n").filter(Boolean);
  return new Map(
    lines.flatMap((line) => {
      const { ID, CPUPerc, MemUsage } = JSON.parse(line) as Record<"ID" | "CPUPerc" | "MemUsage", string>;
      const usage = {
        cores: Number((Number.parseFloat(CPUPerc) / 100).toFixed(4)),
        memoryMiB: mebibytes(MemUsage.split("/")[0]!),
      };
      return Number.isFinite(usage.cores) && Number.isFinite(usage.memoryMiB) ? [[ID, usage] as const] : [];
    }),
  );
}

const units: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

function mebibytes(text: string): number {
  const [, number, unit] = /^\s*([\d.]+)\s*([KMGT]?i?B)\s*$/.exec(text) ?? [];
  return (Number(number) * (units[unit ?? ""] ?? Number.NaN)) / 1024 ** 2;
}
