import { Command } from "commander";

/**
 * A command about one stack, as all in this folder begin: the same name for help, the same way to choose the stack.
 *
 * @param name what comes after `npm run`
 */
export function stackCommand(name: string, description: string): Command {
  return new Command(`npm run ${name} --`)
    .description(description)
    .option(
      "--stack <name>",
      "the stack; its settings are in Pulumi.<name>.yaml; PULUMI_STACK says another default",
      process.env.PULUMI_STACK || "dev",
    );
}

/** The option by which a program reads a command's result. */
export const jsonOption = [
  "--json",
  "print the result as JSON on standard output, and progress on standard error",
] as const;
