import { SetupError } from "../setup/errors";
import { MixName, mixes } from "./mixes";

/** What a load is told. */
export interface LoadOptions {
  /** Where the stack is reached: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Requests offered in a second, 1 to 20,000. */
  readonly rate: number;
  /** Ends by itself after this many seconds, 1 to 3600. @default 3600 */
  readonly durationSeconds?: number;
  /** @default "mixed" */
  readonly mix?: MixName;
  /** What the mix `path` asks for. @default "/" */
  readonly path?: string;
  /** Share of the requests that open a connection of their own, 0 to 1. @default the mix's */
  readonly fresh?: number;
  /** Sessions that the clients share, 1 to 1000. @default 50 */
  readonly sessions?: number;
  /** Server-sent event streams to hold, 0 to 200. @default the mix's */
  readonly sse?: number;
  /** WebSockets to hold, 0 to 200. @default the mix's */
  readonly ws?: number;
  /** Seconds until a request counts as failed (one that asks for 2 s of waiting gets them on top), 1 to 60. @default 10 */
  readonly timeoutSeconds?: number;
  /** Clients at most, 1 to 10,000: each does one request at a time. @default enough for a stall of 10 s up to 1,500, or for 1.5 s if that is more */
  readonly clients?: number;
  /** Whether the url may be on another machine than this. @default false */
  readonly allowRemote?: boolean;
}

export type CheckedOptions = Required<Omit<LoadOptions, "clients">> & Pick<LoadOptions, "clients">;

const bounds = {
  rate: [1, 20_000, true],
  durationSeconds: [1, 3600, true],
  fresh: [0, 1, false],
  sessions: [1, 1000, true],
  sse: [0, 200, true],
  ws: [0, 200, true],
  timeoutSeconds: [1, 60, true],
  clients: [1, 10_000, true],
} as const;

/**
 * Pure: fills in the defaults.
 *
 * @throws SetupError that names every wrong option, what it got and what is allowed
 */
export function checkOptions(options: LoadOptions): CheckedOptions {
  const problems: string[] = [];
  const mix = options.mix ?? "mixed";
  if (!Object.hasOwn(mixes, mix)) problems.push(`mix: got "${mix}", allowed: ${Object.keys(mixes).join(", ")}`);
  const { fresh, sse, ws } = mixes[mix] ?? mixes.mixed;
  const checked = {
    durationSeconds: 3600,
    path: "/",
    sessions: 50,
    timeoutSeconds: 10,
    allowRemote: false,
    ...{ fresh, sse, ws },
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    mix,
  } as CheckedOptions;
  for (const [name, [min, max, whole]] of Object.entries(bounds)) {
    const value = checked[name as keyof typeof bounds];
    if (value === undefined && name === "clients") continue;
    if (typeof value !== "number" || !(value >= min && value <= max) || (whole && !Number.isInteger(value))) {
      problems.push(`${name}: got ${value}, allowed: ${whole ? "a whole number" : "a number"} from ${min} to ${max}`);
    }
  }
  if (!/^\/[!-~]*$/.test(checked.path)) problems.push(`path: got "${checked.path}", allowed: a path, as "/products"`);
  const problem = urlProblem(checked.url, checked.allowRemote);
  if (problem) problems.push(problem);
  if (problems.length > 0) {
    throw new SetupError({
      action: "offer this load",
      got: problems.join("\n          "),
      needed: "options within these bounds; nothing was sent",
      mend: "npm run load -- --help",
    });
  }
  return { ...checked, url: new URL(checked.url).origin };
}

/** A load at the wrong address is an attack on somebody. */
function urlProblem(url: string, allowRemote: boolean): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.pathname !== "/" || parsed.search) {
    return `url: got "${url}", allowed: http://host:port without a path`;
  }
  if (allowRemote || isLoopback(parsed.hostname)) return undefined;
  return `url: got ${parsed.host}, allowed: this machine (127.0.0.1, localhost), unless you say --allow-remote`;
}

/** Whether a URL's host is this machine by its very spelling: a name that a server resolves is not. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
