import { setTimeout as delay } from "node:timers/promises";
import type { Processor } from "./processor";

/** Takes the time it was told to take. */
export const sleep: Processor<"sleep"> = async ({ milliseconds }, { signal }) => {
  await delay(milliseconds, undefined, { signal });
  return { milliseconds };
};
