import { attempt, Command } from "./command";

/** Which official downloads can be used. */
export interface Reachable {
  /** The Pulumi CLI and its plugins. */
  readonly pulumi: boolean;
  /** The image registry. */
  readonly registry: boolean;
}

/** How each service is asked; true when it answered, as itself. */
export interface Asks {
  readonly pulumi: () => Promise<boolean>;
  readonly registry: () => Promise<boolean>;
}

/** Milliseconds that a service has to answer. */
const patience = 3_000;

/** Whether the host of the Pulumi CLI and its plugins answers. */
export async function askPulumi(): Promise<boolean> {
  try {
    const options = { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(patience) } as const;
    return (await fetch("https://get.pulumi.com/install.sh", options)).status === 200;
  } catch {
    return false;
  }
}

/**
 * Whether the engine can pull from its registry: the engine knows its mirrors and proxies, this machine may not, and the
 * engine may be another machine. It says "Pulling from" when the registry has told it what the image is made of.
 */
export async function askRegistry(pull: Command): Promise<boolean> {
  let answered = false;
  const outcome = await attempt({ ...pull, timeout: patience }, (line) => {
    answered ||= line.includes("Pulling from");
  });
  return answered || outcome.ok;
}

/** Decides once a run, and only when something is missing, whether to download or to build. */
export class Downloads {
  private decision?: Promise<Reachable>;

  /** @param forced EVENKEEL_DOWNLOADS: "official" or "build"; anything else asks the network */
  constructor(
    private readonly forced: string | undefined,
    private readonly asks: Asks,
  ) {}

  reachable(): Promise<Reachable> {
    this.decision ??= this.decide();
    return this.decision;
  }

  private async decide(): Promise<Reachable> {
    if (this.forced === "official") return { pulumi: true, registry: true };
    if (this.forced === "build") return { pulumi: false, registry: false };
    const [pulumi, registry] = await Promise.all([this.asks.pulumi(), this.asks.registry()]);
    return { pulumi, registry };
  }
}
