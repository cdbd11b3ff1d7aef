import type { Processor } from "./processor";

/** Hands its text back. */
export const echo: Processor<"echo"> = async ({ job }) => ({ job });
