import { z } from "zod";

import type { Plan } from "./plan";
import { services } from "./state";

const footprint = z.object({
  cpus: z.number().describe("cores, by the containers' limits"),
  memoryMiB: z.number().describe("MiB, by the containers' limits"),
});

const names = z.array(z.string()).readonly();

const verdicts = [
  ...["nothing", "starts", "scales", "rolls", "updates in place", "stops", "interrupts", "deletes data"],
] as const;

const inputs = [
  ...["code", "environment", "limits", "labels", "health check", "stop times", "networks", "ports", "options"],
] as const;

const kinds = ["interrupts", "deletes data", "does not fit"] as const;

const service = z.object({
  service: z.enum(services),
  verdict: z.enum(verdicts).describe("what the change does to the people who are served by this part"),
  effect: z.string().describe("a sentence: what they see"),
  replicas: z.object({ now: z.int(), then: z.int() }).describe("containers of the part"),
  revisions: z
    .object({ now: names, then: names })
    .describe("several in the middle of a roll, none where it is not there"),
  containers: z
    .object({ create: names, update: names, replace: names, delete: names })
    .describe("containers touched, by their names in the program"),
  why: z
    .array(z.object({ input: z.enum(inputs), details: names }))
    .readonly()
    .describe("which inputs make its containers others; for code the files and packages"),
  interruption: z
    .object({
      seconds: z.number().optional().describe("about; left out where it was never measured"),
      avoid: z.string(),
      allowed: z.boolean().describe("whether the setting allowInterruption holds the word for exactly this change"),
      token: z.string().optional().describe("what allowInterruption has to hold"),
    })
    .optional(),
});

const refusal = z.object({ kind: z.enum(kinds), what: z.string(), mend: z.string() });

const fit = z.object({
  total: footprint.describe("what the host has"),
  freeMemoryMiB: z.number().describe("MiB that nobody but this stack uses"),
  cpuShare: z.number().describe("CPU limits at the peak, as a multiple of the host's cores"),
  problems: z.array(refusal.extend({ kind: z.literal("does not fit") })).readonly(),
});

/** What `npm run plan -- --json` prints; docs/plan.schema.json is this as JSON Schema. */
export const planSchema = z.object({
  stack: z.string(),
  changes: z.int().describe("resources created, updated, replaced or deleted"),
  services: z.array(service).readonly(),
  footprint: z.object({
    now: footprint,
    peak: footprint.describe("the most at any moment of the change"),
    then: footprint,
    largestCpus: z
      .object({ container: z.string(), cpus: z.number() })
      .describe("the largest CPU limit of one container"),
    newPorts: z.array(z.int()).readonly().describe("host ports published only after the change"),
  }),
  host: z.discriminatedUnion("checked", [
    z.object({ checked: z.literal(true), fit }),
    z.object({ checked: z.literal(false), why: z.string() }),
  ]),
  duration: z.object({
    seconds: z.number().describe("expected"),
    basis: z.enum(["model", "history"]),
    earlier: z
      .array(z.object({ at: z.string(), seconds: z.number(), modelSeconds: z.number() }))
      .readonly()
      .describe("this stack's last updates that count, the newest first"),
  }),
  refusals: z.array(refusal).readonly().describe("why the update should not be made as it is; then the exit code is 3"),
}) satisfies z.ZodType<Plan>;
