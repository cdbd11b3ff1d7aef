import { execa } from "execa";

/** Runs `docker` on the local engine and returns its standard output. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await execa("docker", args, { stdin: "ignore" });
  return stdout;
}

/** The parts of `docker inspect` that tests look at. */
export interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly RestartCount: number;
  readonly Config: { readonly User: string; readonly Env: string[] | null; readonly Labels: Record<string, string> };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapAdd: string[] | null;
    readonly CapDrop: string[] | null;
    readonly SecurityOpt: string[] | null;
    readonly Privileged: boolean;
    readonly Memory: number;
    readonly MemorySwap: number;
    readonly NanoCpus: number;
    readonly CpuQuota: number;
    readonly NetworkMode: string;
    readonly RestartPolicy: { readonly Name: string };
    readonly PidMode: string;
    readonly PortBindings: Record<string, { HostIp: string; HostPort: string }[]> | null;
  };
  readonly Mounts: {
    readonly Type: string;
    readonly Source: string;
    readonly Destination: string;
    readonly RW: boolean;
  }[];
  readonly NetworkSettings: { readonly Networks: Record<string, unknown> };
  readonly State: {
    readonly Pid: number;
    readonly Running: boolean;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
}

export async function inspect(...names: string[]): Promise<Inspected[]> {
  return JSON.parse(await docker("inspect", "--type", "container", ...names)) as Inspected[];
}
