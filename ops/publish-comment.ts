import { markerOf } from "./comment-body";
import { askGitHub, persistently } from "./github-api";
import { PullRequest } from "./pull-request";

interface Comment {
  readonly id: number;
  readonly body?: string;
  readonly html_url: string;
  readonly user: { readonly login: string } | null;
}

export interface PublishOptions {
  readonly stack: string;
  /** What the comment says, marker first. */
  readonly body: string;
  /** Whose comments count. Anyone can write a comment that holds the marker, and could edit it later. */
  readonly author: string;
  /** Hears of every try that failed. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** @default 1000 */
  readonly pauseMilliseconds?: number;
}

/** What became of the comment. */
export interface Published {
  readonly done: "created" | "updated";
  readonly url: string;
}

/** GitHub's most. */
const pageSize = 100;

/**
 * Keeps one comment for each stack on a pull request: the author's oldest one with the stack's marker gets the new text, and only
 * where there is none one is written. Each try looks first, so that a comment whose answer was lost is not written twice.
 *
 * @throws SetupError, or Error when GitHub did not answer five times
 */
export function publishComment(pull: PullRequest, options: PublishOptions): Promise<Published> {
  const { body, say, signal, pauseMilliseconds } = options;
  const work = async (): Promise<Published> => {
    const own = await findOwn(pull, options);
    const answer = own
      ? await askGitHub(pull, "PATCH", `/issues/comments/${own.id}`, signal, { body })
      : await askGitHub(pull, "POST", `/issues/${pull.number}/comments`, signal, { body });
    return { done: own ? "updated" : "created", url: (answer as Comment).html_url };
  };
  return persistently(work, say, signal, pauseMilliseconds);
}

/** Pages come oldest first. */
async function findOwn(pull: PullRequest, { stack, author, signal }: PublishOptions): Promise<Comment | undefined> {
  for (let page = 1; ; page++) {
    const path = `/issues/${pull.number}/comments?per_page=${pageSize}&page=${page}`;
    const comments = (await askGitHub(pull, "GET", path, signal)) as Comment[];
    const own = comments.find(({ user, body }) => user?.login === author && body?.startsWith(markerOf(stack)));
    if (own || comments.length < pageSize) return own;
  }
}
