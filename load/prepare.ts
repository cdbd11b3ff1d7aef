import { SetupError } from "../setup/errors";
import { mixes } from "./mixes";
import { CheckedOptions } from "./options";

/** A session that the clients share. */
export interface Session {
  readonly id: string;
  /** The cookie's value. */
  readonly cookie: string;
  /** What its first visit was told. */
  readonly count: number;
}

/** Keys that are read and written; `k6/script.js` knows the number too. */
const keys = 50;

/**
 * Makes what the load works with: its sessions, and the keys that are read.
 *
 * @throws SetupError when the stack does not answer
 */
export async function prepare(options: CheckedOptions): Promise<Session[]> {
  const shares = mixes[options.mix].shares as Record<string, number>;
  if (shares.get) {
    for (let key = 0; key < keys; key++) await ask(options, `/set?key=load-${key}&value=0`);
  }
  if (!shares.home) return [];
  const sessions: Session[] = [];
  for (let count = 0; count < options.sessions; count++) sessions.push(await begin(options));
  return sessions;
}

async function begin(options: CheckedOptions): Promise<Session> {
  const response = await ask(options, "/");
  const cookie = response.headers.getSetCookie().find((text) => text.startsWith("sid="));
  const body = (await response.json().catch(() => ({}))) as { session_id?: string; session_count?: number };
  if (!cookie || body.session_id === undefined || body.session_count === undefined) {
    throw new SetupError({
      action: "begin a session",
      got: `GET ${options.url}/ answered ${response.status} without the cookie and counts of this project's app`,
      needed: "this project's app, for a mix with sessions",
      mend: "npm run load -- --mix path --path / (any app)",
    });
  }
  return { id: body.session_id, cookie: cookie.slice(4).split(";")[0]!, count: body.session_count };
}

async function ask({ url, timeoutSeconds }: CheckedOptions, path: string): Promise<Response> {
  const failure = (got: string) =>
    new SetupError({
      action: "begin the load",
      got: `GET ${url}${path.split("?")[0]}: ${got}`,
      needed: "a stack that serves",
      mend: "npm run up; then run this again",
    });
  try {
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const response = await fetch(`${url}${path}`, { headers: { accept: "application/json" }, signal });
    if (!response.ok) throw failure(`answered ${response.status}`);
    return response;
  } catch (error) {
    if (error instanceof SetupError) throw error;
    const { cause, message } = error as Error & { cause?: Error };
    throw failure(cause?.message || message);
  }
}
