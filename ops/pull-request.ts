import { SetupError } from "../setup/errors";

/** Where a pull request's comments are, and who writes them. */
export interface PullRequest {
  /** Of the REST API, without a slash at its end. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly number: number;
  readonly token: string;
  /** Where the run that writes the comment can be read. */
  readonly run: string;
}

/**
 * Reads the pull request from what a GitHub Actions job has in its environment: GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_REF
 * (`refs/pull/<number>/merge`) and GITHUB_TOKEN, which the workflow has to hand on. PULL_REQUEST names the number elsewhere.
 *
 * @throws SetupError with every variable that is missing or wrong
 */
export function pullRequestOf(env: NodeJS.ProcessEnv): PullRequest {
  const number = env.PULL_REQUEST || /^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? "")?.[1] || "";
  const wrong = [
    ...(env.GITHUB_TOKEN ? [] : ["GITHUB_TOKEN is not set"]),
    ...(/^[\w.-]+\/[\w.-]+$/.test(env.GITHUB_REPOSITORY ?? "")
      ? []
      : [`GITHUB_REPOSITORY is ${quoted(env.GITHUB_REPOSITORY)}`]),
    ...(/^[1-9]\d*$/.test(number)
      ? []
      : [`GITHUB_REF is ${quoted(env.GITHUB_REF)}, PULL_REQUEST is ${quoted(env.PULL_REQUEST)}`]),
  ];
  if (wrong.length > 0) {
    throw new SetupError({
      action: "find the pull request",
      got: wrong.join("; "),
      needed: "a repository (owner/name), the number of a pull request, and a token that may write its comments",
      mend: "run it in a job of a pull_request workflow with env GITHUB_TOKEN: ${{ github.token }}, or set the three: GITHUB_REPOSITORY, PULL_REQUEST, GITHUB_TOKEN",
    });
  }
  const server = env.GITHUB_SERVER_URL || "https://github.com";
  const run = env.GITHUB_RUN_ID
    ? `${server}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`
    : "the run's log";
  return {
    api: (env.GITHUB_API_URL || "https://api.github.com").replace(/\/+$/, ""),
    repository: env.GITHUB_REPOSITORY!,
    number: Number(number),
    token: env.GITHUB_TOKEN!,
    run,
  };
}

function quoted(value: string | undefined): string {
  return value ? `"${value}"` : "not set";
}
