import { attempt } from "./command";
import { engineHost, observeEngine } from "./engine-observation";

/** Whether setup will have to act as root: no usable engine yet, or no mmdebstrap for the images. */
export async function needsRoot(
  chosenHost: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  const { host } = engineHost(chosenHost, env);
  if ((await observeEngine(host, env)).state !== "ready") return true;
  return (await attempt({ file: "mmdebstrap", args: ["--version"] })).missing;
}
