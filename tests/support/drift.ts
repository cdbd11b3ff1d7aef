import { Finding } from "../../ops/drift/finding";
import { CommandResult } from "./project-copy";
import { TestStack } from "./test-stack";

/** What `npm run drift` finds, as "kind short-name" in order. */
export async function driftOf(stack: TestStack): Promise<{ exitCode: number; drift: string[] }> {
  const { exitCode, stdout, output } = await stack.project.ops("drift", "--stack", stack.name, "--json");
  if (!stdout.startsWith("{")) throw new Error(`npm run drift ended with ${exitCode}:\n${output}`);
  const { drift } = JSON.parse(stdout) as { drift: Finding[] };
  const short = (object: string) => object.replace(`evenkeel-${stack.name}-`, "").replace(/[-:][0-9a-f]{8}\b/, "");
  return { exitCode, drift: drift.map(({ kind, object }) => `${kind} ${short(object)}`).sort() };
}

/** `npm run drift -- --repair`; the exit code is the caller's to judge. */
export function repair(stack: TestStack, ...args: string[]): Promise<CommandResult> {
  return stack.project.ops("drift", "--stack", stack.name, "--repair", ...args);
}
