/** Which official downloads can be used. */
export interface Reachable {
  /** The Pulumi CLI and its plugins. */
  readonly pulumi: boolean;
  /** The image registry. */
  readonly registry: boolean;
}

/** Asks one address; true when the service behind it answered, as itself. */
export type Ask = (url: string, accepts: (status: number) => boolean) => Promise<boolean>;

const pulumiUrl = "https://get.pulumi.com/install.sh";
// Answers 401 to anyone who has not logged in, so a 401 is the registry itself and not a portal in between:
// https://distribution.github.io/distribution/spec/api/#api-version-check
const registryUrl = "https://registry-1.docker.io/v2/";

/** Milliseconds that a service has to answer. */
const patience = 3_000;

async function ask(url: string, accepts: (status: number) => boolean): Promise<boolean> {
  try {
    const answer = await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(patience) });
    return accepts(answer.status);
  } catch {
    return false;
  }
}

/** Decides once a run, and only when something is missing, whether to download or to build. */
export class Downloads {
  private decision?: Promise<Reachable>;

  /** @param forced EVENKEEL_DOWNLOADS: "official" or "build"; anything else asks the network */
  constructor(
    private readonly forced: string | undefined,
    private readonly asks: Ask = ask,
  ) {}

  reachable(): Promise<Reachable> {
    this.decision ??= this.decide();
    return this.decision;
  }

  private async decide(): Promise<Reachable> {
    if (this.forced === "official") return { pulumi: true, registry: true };
    if (this.forced === "build") return { pulumi: false, registry: false };
    const [pulumi, registry] = await Promise.all([
      this.asks(pulumiUrl, (status) => status === 200),
      this.asks(registryUrl, (status) => status === 200 || status === 401),
    ]);
    return { pulumi, registry };
  }
}
