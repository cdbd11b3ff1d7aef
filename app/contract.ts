import * as z from "zod";
import { payloads } from "../runtime/jobs";
import { errors } from "./errors";

/**
 * The routes and their answers, as data: `docs/openapi.json` is made from this, and the integration tests hold the running process
 * against it. The process itself does not load it.
 */
export interface RouteContract {
  method: "get" | "put" | "post" | "delete";
  /** As OpenAPI writes it, `/kv/{key}`. */
  path: string;
  summary: string;
  /** Parameters of the query: name to description. All are optional to the parser; the description says which are needed. */
  query?: Record<string, string>;
  body?: z.ZodType;
  answers: Record<number, z.ZodType>;
  /** The 200 is a stream of server-sent events (`text/event-stream`) that does not end: event to the JSON of its data. */
  events?: Record<string, z.ZodType>;
}

const time = z.iso.datetime();
const count = z.int().min(0);
const served_by = z.strictObject({ hostname: z.string(), container_id: z.string().nullable(), instance: z.string() });

/** Every error of the catalogue has this body. */
export const errorAnswer = z.strictObject({
  error: z.strictObject({ code: z.enum(Object.keys(errors) as [string, ...string[]]), message: z.string() }),
});

const key = z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/);
const stored = z.strictObject({ key, value: z.string(), served_by });
const enqueued = z.strictObject({
  id: z.string(),
  queue: z.literal("jobs"),
  waiting: count,
  name: z.string(),
  job: z.string().optional(),
  served_by,
});
const health = {
  hostname: z.string(),
  instance: z.string(),
  phase: z.string(),
  uptime: count,
  requests: count,
  timestamp: time,
  memory: z.strictObject({ rss: count, heapTotal: count, heapUsed: count, external: count }),
};

const home = z.strictObject({
  ...{
    message: z.string(),
    session_id: z.string(),
    session_count: count,
    visits: count,
    global_count: count,
    served_by,
  },
  ...{ instance: z.string(), hostname: z.string(), revision: z.string(), platform: z.string(), arch: z.string() },
  ...{ loadavg: z.array(z.number()).length(3), freemem: count, totalmem: count, timestamp: time },
});

const job = z.strictObject({
  ...{ id: z.string(), name: z.string(), state: z.string(), attempts: count, max_attempts: count },
  ...{ result: z.unknown(), failure: z.string().nullable(), worker: z.string().nullable() },
  ...{ enqueued_at: time, started_at: time.nullable(), finished_at: time.nullable(), served_by },
});

const stats = z.strictObject({
  requests: z.record(z.string(), count),
  sessions: count,
  global_count: count,
  queue: z.strictObject({
    ...{ waiting: count, active: count, completed: count, failed: count, delayed: count },
    oldest_waiting_age_seconds: z.number().min(0),
  }),
  served_by,
});

const replica = z.looseObject({ instance: z.string(), state: z.string(), revision: z.string() });
const events = {
  hello: z.strictObject({ instance: z.string(), at: count }),
  session: z.strictObject({ visits: count }),
  history: z.array(z.tuple([count, count, count, count, count])),
  overview: z.strictObject({
    replicas: z.array(replica),
    visits: count,
    queue: z.strictObject({ waiting: count, active: count, delayed: count, completed: count, failed: count }),
  }),
  outage: z.strictObject({}),
  drain: z.strictObject({}),
};

const error = errorAnswer;
const keyQuery = "1 to 128 characters of A-Za-z0-9._:-";

export const contract: readonly RouteContract[] = [
  {
    method: "get",
    path: "/",
    summary: "Counts the visit and says who served it; a browser gets the live page",
    answers: { 200: home, 503: error },
  },
  {
    method: "get",
    path: "/api/instance",
    summary: "What this replica is",
    answers: {
      200: z.strictObject({
        ...{ hostname: z.string(), instance: z.string(), revision: z.string(), uptime: count, requests: count },
      }),
    },
  },
  {
    method: "get",
    path: "/health",
    summary: "How this replica is",
    answers: {
      200: z.strictObject({
        status: z.literal("healthy"),
        ...health,
        checks: z.strictObject({ redis: z.strictObject({ status: z.literal("up"), latencyMs: z.number() }) }),
      }),
      503: z.strictObject({
        ...error.shape,
        status: z.literal("unhealthy"),
        ...health,
        checks: z.strictObject({ redis: z.strictObject({ status: z.literal("down") }) }),
      }),
    },
  },
  {
    method: "get",
    path: "/healthz",
    summary: "Whether the event loop turns",
    answers: { 200: z.strictObject({ status: z.literal("alive"), instance: z.string(), revision: z.string() }) },
  },
  {
    method: "get",
    path: "/readyz",
    summary: "Whether this replica takes work",
    answers: {
      200: z.strictObject({ status: z.literal("ready"), instance: z.string(), revision: z.string() }),
      503: error,
    },
  },
  {
    method: "get",
    path: "/set",
    summary: "Stores a value",
    query: { key: keyQuery, value: "up to 64 KiB" },
    answers: { 200: stored, 400: error, 413: error, 503: error },
  },
  {
    method: "get",
    path: "/get",
    summary: "Reads a value",
    query: { key: keyQuery },
    answers: { 200: stored, 400: error, 404: error, 503: error },
  },
  {
    method: "put",
    path: "/kv/{key}",
    summary: "Stores a value: the body itself, or JSON that names it",
    body: z.object({ value: z.string() }),
    answers: { 200: stored, 400: error, 413: error, 415: error, 503: error },
  },
  {
    method: "get",
    path: "/kv/{key}",
    summary: "Reads a value",
    answers: { 200: stored, 400: error, 404: error, 503: error },
  },
  {
    method: "delete",
    path: "/kv/{key}",
    summary: "Removes a value",
    answers: { 200: z.strictObject({ key, deleted: z.literal(true), served_by }), 400: error, 404: error, 503: error },
  },
  {
    method: "get",
    path: "/enqueue",
    summary: "Hands a text to the workers",
    query: { job: "1 to 1024 characters" },
    answers: { 202: enqueued, 400: error, 503: error },
  },
  {
    method: "post",
    path: "/jobs",
    summary: "Hands a job to the workers",
    body: z.union([
      payloads.echo,
      ...(Object.keys(payloads) as (keyof typeof payloads)[]).map((name) =>
        z.object({ name: z.literal(name), payload: payloads[name] }),
      ),
    ]),
    answers: { 202: enqueued, 400: error, 413: error, 415: error, 503: error },
  },
  {
    method: "get",
    path: "/jobs/{id}",
    summary: "What became of a job",
    answers: { 200: job, 400: error, 404: error, 503: error },
  },
  {
    method: "get",
    path: "/work",
    summary: "Keeps a CPU busy, off the event loop (a demo endpoint)",
    query: { duration: "milliseconds, 0 to 10000, default 1000" },
    answers: {
      200: z.strictObject({ duration: count, actualDuration: count, served_by }),
      400: error,
      503: error,
    },
  },
  {
    method: "get",
    path: "/delay",
    summary: "Waits, without using a CPU (a demo endpoint)",
    query: { duration: "milliseconds, 0 to 10000, default 1000" },
    answers: { 200: z.strictObject({ duration: count, served_by }), 400: error },
  },
  {
    method: "get",
    path: "/load-test",
    summary: "A short fixed piece of work and a round trip to Redis (a demo endpoint)",
    answers: { 200: z.strictObject({ count, served_by }), 503: error },
  },
  { method: "get", path: "/error", summary: "A simulated error (a demo endpoint)", answers: { 500: error } },
  {
    method: "get",
    path: "/events",
    summary: "What the live page shows, until the client hangs up or the replica drains",
    answers: { 200: z.string(), 503: error },
    events,
  },
  { method: "get", path: "/stats", summary: "What all replicas did together", answers: { 200: stats, 503: error } },
];
