import { hostname } from "node:os";

import { Stack, UpdateSummary } from "@pulumi/pulumi/automation";

import { Declared, declaredFrom } from "../../infra/declared";
import { Home } from "../../setup/home";
import { isProcessAlive } from "../../setup/process-alive";
import { decideLock, LockHolder, readLocks, stateFolderOf } from "../lock";
import { projectName } from "../stack";

/** What the stack's state says: what should be there. */
export interface DeclaredStack extends Declared {
  /** Where it serves; undefined before the first update. */
  readonly url?: string;
  /** Changes of the past, the newest first. */
  readonly history: readonly UpdateSummary[];
}

/** A change that goes on at this moment, or one whose process was killed. */
export interface ChangeUnderWay {
  readonly who: string;
  readonly pid: number;
  readonly since: string;
  /** Its process is gone and its lock is left: the next `npm run up` breaks it. */
  readonly killed: boolean;
}

/** How many changes of the past a look reads: those that are shown, and the last good one is most likely among them. */
const pageSize = 20;

/** Asks Pulumi what is declared. It asks no engine. @throws Error when the backend does not answer */
export async function declaredStack(stack: Stack): Promise<DeclaredStack> {
  const [outputs, history] = await Promise.all([stack.outputs(), stack.history(pageSize, 1, false)]);
  const values = Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value as unknown]));
  return { ...declaredFrom(values), url: values.url as string | undefined, history };
}

/** The change that holds the stack's lock; undefined when none does, or when the backend is of a kind that hides it. */
export async function changeUnderWay(home: Home, stack: string): Promise<ChangeUnderWay | undefined> {
  return readHolder(await readLocks(stateFolderOf(home), projectName, stack), hostname(), isProcessAlive);
}

/** Pure: what the stack's locks tell. @param here this machine's name @param alive whether a process of it still runs */
export function readHolder(
  holders: readonly LockHolder[],
  here: string,
  alive: (pid: number) => boolean,
): ChangeUnderWay | undefined {
  const decision = decideLock(holders, here, alive);
  if (decision.action === "none") return undefined;
  const holder = decision.action === "break" ? holders[0]! : decision.holder;
  const { pid, username, hostname: host, timestamp } = holder;
  return { who: `${username}@${host}`, pid, since: timestamp, killed: decision.action === "break" };
}

/**
 * Asks at most once in a while: every question to Pulumi is a process that takes a second of CPU, and what is declared seldom
 * changes. A failure is not remembered.
 *
 * @param seconds how long an answer holds
 */
export function remembered<T>(ask: () => Promise<T>, seconds: number, now: () => number = Date.now) {
  let answer: { readonly value: T; readonly at: number } | undefined;
  return {
    async get(): Promise<T> {
      if (answer && now() - answer.at < seconds * 1000) return answer.value;
      const at = now();
      const value = await ask();
      answer = { value, at };
      return value;
    },
    forget: () => void (answer = undefined),
  };
}
