/**
 * Every setting of a stack, once: its type, default, bounds and the sentence the README's table shows
 * (`infra/readme.test.ts` keeps the two equal). `infra/config.ts` reads a stack's values against it.
 */
export type SettingSpec = IntegerSpec | NumberSpec | BooleanSpec | ChoiceSpec | TextSpec;

interface Common<T> {
  /** Value where the stack sets none. */
  readonly default: T;
  /** The README's sentence. */
  readonly meaning: string;
}

export interface IntegerSpec extends Common<number> {
  readonly type: "integer";
  readonly min: number;
  readonly max: number;
}

export interface NumberSpec extends Common<number> {
  readonly type: "number";
  readonly min: number;
  readonly max: number;
}

export interface BooleanSpec extends Common<boolean> {
  readonly type: "boolean";
}

export interface ChoiceSpec extends Common<string> {
  readonly type: "choice";
  readonly choices: readonly string[];
}

export interface TextSpec extends Common<string> {
  readonly type: "text";
  /** What the whole text has to match. */
  readonly pattern: RegExp;
  /** The pattern in words. */
  readonly allowed: string;
}

export const strategies = ["round-robin", "power-of-two-choices", "least-time"] as const;

/** How the load balancer chooses a replica. */
export type Strategy = (typeof strategies)[number];

/** Levels of a log line, the least important first. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

export type LogLevel = (typeof logLevels)[number];

export const schema = {
  replicas: { type: "integer", default: 3, min: 1, max: 100, meaning: "app replicas" },
  workerReplicas: { type: "integer", default: 1, min: 0, max: 100, meaning: "worker replicas" },
  strategy: {
    type: "choice",
    default: "round-robin",
    choices: strategies,
    meaning: "how the load balancer chooses a replica",
  },
  sticky: { type: "boolean", default: false, meaning: "a cookie keeps a client on its replica" },
  httpPort: { type: "integer", default: 8080, min: 1, max: 65535, meaning: "where the app is reached on the host" },
  dashboard: { type: "boolean", default: false, meaning: "serve the load balancer's dashboard, on 127.0.0.1 only" },
  dashboardPort: { type: "integer", default: 8081, min: 1, max: 65535, meaning: "where the dashboard is reached" },
  "app.cpus": { type: "number", default: 0.5, min: 0.1, max: 64, meaning: "CPU limit of one app replica, in cores" },
  "app.memoryMiB": { type: "integer", default: 256, min: 64, max: 65536, meaning: "memory limit of one app replica" },
  "worker.cpus": { type: "number", default: 0.5, min: 0.1, max: 64, meaning: "CPU limit of one worker, in cores" },
  "worker.memoryMiB": { type: "integer", default: 256, min: 64, max: 65536, meaning: "memory limit of one worker" },
  "app.sessionTtlSeconds": {
    type: "integer",
    default: 3600,
    min: 60,
    max: 31_536_000,
    meaning: "how long a session is kept after its last visit",
  },
  "app.demoEndpoints": {
    type: "boolean",
    default: true,
    meaning: "serve `/work`, `/delay`, `/ws`, `/load-test` and `/error`",
  },
  "worker.concurrency": { type: "integer", default: 8, min: 1, max: 1000, meaning: "jobs one worker does at a time" },
  "worker.attempts": {
    type: "integer",
    default: 3,
    min: 1,
    max: 100,
    meaning: "how often a job is tried before it counts as failed; the app writes it into each job",
  },
  "worker.backoffSeconds": {
    type: "integer",
    default: 1,
    min: 1,
    max: 3600,
    meaning: "pause before a job's second attempt; each later pause is twice as long",
  },
  "worker.jobTimeoutSeconds": {
    type: "integer",
    default: 900,
    min: 1,
    max: 86_400,
    meaning: "how long one attempt of a job may take before it fails",
  },
  "worker.retentionHours": {
    type: "integer",
    default: 168,
    min: 1,
    max: 8760,
    meaning: "how long a finished job, completed or failed, can be looked up (the last 10,000 of each)",
  },
  "worker.takeoverSeconds": {
    type: "integer",
    default: 10,
    min: 4,
    max: 600,
    meaning: "until the jobs of a worker that died are another's, at worst",
  },
  logLevel: {
    type: "choice",
    default: "info",
    choices: logLevels,
    meaning: "least important lines app and workers log; `debug` has a line for every request and every job done",
  },
  drainSeconds: {
    type: "integer",
    default: 3,
    min: 2,
    max: 300,
    meaning: "how long a leaving replica goes on serving while the load balancer drops it",
  },
  longestRequestSeconds: {
    type: "integer",
    default: 10,
    min: 1,
    max: 600,
    meaning: "the longest request a leaving replica still finishes",
  },
  stopGraceSeconds: {
    type: "integer",
    default: 15,
    min: 4,
    max: 1200,
    meaning: "until a stopping replica is killed; at least drainSeconds, longestRequestSeconds and 1 more",
  },
  minReadySeconds: {
    type: "integer",
    default: 0,
    min: 0,
    max: 600,
    meaning: "how long a new replica has to live before it takes traffic",
  },
  bakeSeconds: {
    type: "integer",
    default: 15,
    min: 0,
    max: 3600,
    meaning: "how long a new revision serves beside the old one before the old one may go",
  },
  bakeMaxErrorPercent: {
    type: "integer",
    default: 5,
    min: 0,
    max: 100,
    meaning: "share of 5xx answers above which a new revision is bad while it bakes",
  },
  maxSurge: {
    type: "integer",
    default: 100,
    min: 1,
    max: 100,
    meaning:
      "how many extra replicas of a service may run during a roll; fewer than a roll needs and `npm run up` does it in batches",
  },
  release: {
    type: "text",
    default: "",
    pattern: /^([0-9a-f]{8})?$/,
    allowed: "the id of one of the newest five releases",
    meaning: "deploy this earlier release instead of the code in this folder; `npm run rollback` sets it",
  },
  allowInterruption: {
    type: "text",
    default: "",
    pattern: /^([a-z-]+-[0-9a-f]{8}(,[a-z-]+-[0-9a-f]{8})*)?$/,
    allowed: "what the preview of the change names",
    meaning: "your word for one change that interrupts",
  },
  heal: {
    type: "boolean",
    default: true,
    meaning: "restart a replica that hangs, is paused or cannot be reached; one that crashes comes back in any case",
  },
  healAfterSeconds: {
    type: "integer",
    default: 5,
    min: 3,
    max: 300,
    meaning: "how long a replica may be silent before it is restarted; more than the longest time your code blocks",
  },
} as const satisfies Record<string, SettingSpec>;

export type SettingKey = keyof typeof schema;

/** What a setting accepts, in words: "an integer from 1 to 100". */
export function allowed(spec: SettingSpec): string {
  switch (spec.type) {
    case "integer":
      return `an integer from ${spec.min} to ${spec.max}`;
    case "number":
      return `a number from ${spec.min} to ${spec.max}`;
    case "boolean":
      return "true or false";
    case "choice":
      return `one of ${spec.choices.join(", ")}`;
    case "text":
      return spec.allowed;
  }
}
