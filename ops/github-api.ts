import { setTimeout as sleep } from "node:timers/promises";

import { SetupError } from "../setup/errors";
import { PullRequest } from "./pull-request";

/** Milliseconds that one request may take. */
const patience = 30_000;

/** Seconds that a server's own Retry-After is obeyed for; a job that waits longer is better run again. */
const longestWaitSeconds = 60;

/** An answer, or the lack of one, after which the same may succeed. */
export class Passing extends Error {
  override readonly name = "Passing";

  constructor(
    message: string,
    /** Seconds that the server asked to wait; undefined when it did not. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}

/**
 * One request to GitHub's REST API, version 2022-11-28.
 *
 * @param path below the repository: `/issues/7/comments`
 * @param body sent as JSON. @default none
 * @returns the answer's JSON
 * @throws Passing when it may succeed later: no answer, 5xx, 429, or a 403 that names a rate limit
 * @throws SetupError for every other answer
 */
export async function askGitHub(
  { api, repository, token }: PullRequest,
  method: "GET" | "POST" | "PATCH",
  path: string,
  signal: AbortSignal,
  body?: unknown,
): Promise<unknown> {
  const url = `${api}/repos/${repository}${path}`;
  const headers = {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    "user-agent": "evenkeel",
    "x-github-api-version": "2022-11-28",
  };
  let response: Response;
  let text: string;
  try {
    const options = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    response = await fetch(url, { ...options, signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]) });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    const { message, cause } = error as Error;
    throw new Passing(`${method} ${url}: ${cause instanceof Error ? cause.message : message}`);
  }
  if (response.ok) return JSON.parse(text);
  const got = `${method} ${url} answered ${response.status}: ${messageIn(text)}`;
  if (mayPass(response)) throw new Passing(got, retryAfter(response));
  throw new SetupError({
    action: "write the comment",
    got,
    needed: "a token that may write comments on this pull request; that of a fork's pull request may not",
    mend: "give the job `permissions: pull-requests: write`, and check GITHUB_REPOSITORY and GITHUB_API_URL",
  });
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function mayPass({ status, headers }: Response): boolean {
  const limited = headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0";
  return status >= 500 || status === 429 || (status === 403 && limited);
}

function retryAfter({ headers }: Response): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? text).slice(0, 300);
  } catch {
    return text.slice(0, 300);
  }
}

/**
 * Does something again while it fails in passing: at most five times, with 1, 2, 4 and 8 seconds between, or as many as the server
 * asks for.
 *
 * @param work has to bear being done twice: an answer that was lost does not tell whether it was done
 * @param unitMilliseconds the length of the first pause. @default 1000
 * @throws the last failure, and at once one that does not pass or that asks for more than a minute
 */
export async function persistently<T>(
  work: () => Promise<T>,
  say: (line: string) => void,
  signal: AbortSignal,
  unitMilliseconds = 1_000,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Passing) || tries === 5) throw error;
      const seconds = error.retryAfterSeconds ?? 2 ** (tries - 1);
      if (seconds > longestWaitSeconds) throw error;
      say(`${error.message}; asks again in ${seconds} s`);
      await sleep(seconds * unitMilliseconds, undefined, { signal });
    }
  }
}
