import type { Processor } from "./index";

/** Hands its text back. */
export const echo: Processor<"echo"> = async ({ job }) => ({ job });
