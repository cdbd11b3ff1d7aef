import { readFile } from "node:fs/promises";

import { SetupError } from "../setup/errors";
import { stackCommand } from "./cli";
import { runCommand } from "./command";
import { commentBody } from "./comment-body";
import { publishComment } from "./publish-comment";
import { pullRequestOf } from "./pull-request";

interface Options {
  readonly stack: string;
  readonly author: string;
}

const command = stackCommand(
  "comment",
  "Keeps one comment with a stack's plan on a pull request up to date. Reads the pull request from a GitHub Actions job's environment.",
)
  .argument("<file>", "the plan, as `npm run -s plan -- --markdown` prints it")
  .option("--author <login>", "whose comment it is; of anyone else's none is touched", "github-actions[bot]")
  .action((file: string, options: Options) => runCommand((interrupted) => comment(file, options, interrupted)));

async function comment(file: string, { stack, author }: Options, signal: AbortSignal): Promise<void> {
  const pull = pullRequestOf(process.env);
  const markdown = await readPlan(file);
  const body = commentBody(stack, markdown, pull.run);
  const say = (line: string) => console.error(line);
  const { done, url } = await publishComment(pull, { stack, body, author, say, signal });
  console.log(`${done}: ${url}`);
}

async function readPlan(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: Error) => error);
  if (typeof text === "string" && text.trim() !== "") return text;
  throw new SetupError({
    action: "read the plan",
    got: text instanceof Error ? text.message : `${file} is empty`,
    needed: "a file with the plan in Markdown",
    mend: `npm run -s plan -- --markdown > ${file}`,
  });
}

void command.parseAsync();
