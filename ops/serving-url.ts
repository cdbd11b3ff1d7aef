import { execa } from "execa";

import { toolEnvironment } from "../setup/environment";
import { SetupError } from "../setup/errors";
import { Home } from "../setup/home";
import { projectFolder } from "./stack";

/** Where a stack is reached, as it was last brought up. @throws SetupError when there is none */
export async function servingUrl(stack: string, home: Home): Promise<string> {
  const args = ["stack", "output", "url", "--stack", stack, "--non-interactive"];
  const options = { cwd: projectFolder, env: toolEnvironment(home), extendEnv: false, reject: false } as const;
  const { exitCode, stdout, stderr } = await execa("pulumi", args, { ...options, stdin: "ignore" });
  if (exitCode === 0) return stdout.trim();
  throw new SetupError({
    action: `find where stack ${stack} is reached`,
    got: stderr.trim().split("\n")[0] || "no answer of the Pulumi CLI",
    needed: "a stack that is up, or an address",
    mend: `npm run up -- --stack ${stack}; or name it: npm run load -- --url http://127.0.0.1:8080`,
  });
}
