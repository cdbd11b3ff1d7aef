/** What `npm run up` and `--json` report of a stack that serves. */
export interface Summary {
  readonly stack: string;
  readonly url: string;
  readonly dashboardUrl?: string;
  readonly app: readonly string[];
  readonly worker: readonly string[];
  /** Resources created, updated, deleted or replaced by this run. */
  readonly changes: number;
  readonly seconds: number;
}

/** The closing lines of `npm run up`. */
export function formatSummary({ stack, url, dashboardUrl, app, worker, changes, seconds }: Summary): string {
  const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? "" : "s"}`;
  const down = stack === "dev" ? "npm run down" : `npm run down -- --stack ${stack}`;
  const next = [
    [`curl -s ${url}`, "again and again: served_by goes round the replicas"],
    [". ./.envrc", "once in a shell: pulumi is at hand"],
    ["pulumi config set replicas 5 && pulumi up", "the preview says what it will create, and nothing else"],
    [down, "destroys the stack and removes all of it"],
  ].map(([command, effect]) => `  ${command!.padEnd(44)}# ${effect}`);
  return [
    "",
    `Ready: ${url}`,
    "",
    `  stack      ${stack}, ${changes === 0 ? "nothing to change" : plural(changes, "change")} in ${seconds.toFixed(1)} s`,
    `  app        ${plural(app.length, "replica")}: ${app.join(", ")}`,
    `  worker     ${plural(worker.length, "replica")}${worker.length > 0 ? `: ${worker.join(", ")}` : ""}`,
    ...(dashboardUrl ? [`  dashboard  ${dashboardUrl}`] : []),
    "",
    "What to try next:",
    ...next,
    "",
  ].join("\n");
}
