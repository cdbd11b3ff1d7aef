import { nearestOf } from "./nearest";
import { allowed, LogLevel, schema, SettingKey, SettingSpec, Strategy } from "./schema";
import { SettingsError } from "./settings-error";
import { timing } from "./timing";

/** Limits of one replica. */
export interface Limits {
  /** CPU limit in cores. */
  readonly cpus: number;
  /** Memory limit in MiB; there is no swap beyond it. */
  readonly memoryMiB: number;
}

/** What one app replica is told. */
export interface AppSettings extends Limits {
  /** Seconds a session is kept after its last visit. */
  readonly sessionTtlSeconds: number;
  /** Whether `/work`, `/delay`, `/ws`, `/load-test` and `/error` are there. */
  readonly demoEndpoints: boolean;
}

/** What one worker, and the app that gives it jobs, is told. */
export interface WorkerSettings extends Limits {
  /** Jobs done at a time. */
  readonly concurrency: number;
  /** How often a job is tried. */
  readonly attempts: number;
  /** Seconds before the second attempt; each later pause is twice as long. */
  readonly backoffSeconds: number;
  /** Seconds one attempt may take. */
  readonly jobTimeoutSeconds: number;
  /** Hours a finished job can be looked up. */
  readonly retentionHours: number;
  /** Seconds until the jobs of a worker that died are another's, at worst. */
  readonly takeoverSeconds: number;
}

/** A stack's settings, checked: what `infra/schema.ts` describes, as the components take it. */
export interface Settings {
  readonly replicas: number;
  readonly workerReplicas: number;
  readonly strategy: Strategy;
  readonly sticky: boolean;
  readonly httpPort: number;
  readonly dashboard: boolean;
  readonly dashboardPort: number;
  readonly app: AppSettings;
  readonly worker: WorkerSettings;
  readonly logLevel: LogLevel;
  readonly drainSeconds: number;
  readonly longestRequestSeconds: number;
  readonly stopGraceSeconds: number;
  readonly minReadySeconds: number;
  readonly bakeSeconds: number;
  readonly bakeMaxErrorPercent: number;
  readonly maxSurge: number;
  /** Id of the release to deploy; empty for the code in this folder. */
  readonly release: string;
  /** What `infra/interruption.ts` calls tokens, separated by commas. */
  readonly allowInterruption: string;
  readonly heal: boolean;
  readonly healAfterSeconds: number;
}

type Values = { [K in SettingKey]: number | boolean | string };

/**
 * Checks a stack's raw settings (key without its namespace -> text, as Pulumi stores them) and fills in the defaults.
 *
 * @throws SettingsError naming every wrong key at once: what it got, what is allowed, the command that mends it.
 */
export function readSettings(raw: Readonly<Record<string, string>>): Settings {
  const problems: string[] = [];
  for (const key of Object.keys(raw)) {
    if (!Object.hasOwn(schema, key)) problems.push(unknownKey(key));
  }

  const values = {} as Values;
  const wrong = new Set<SettingKey>();
  for (const [key, spec] of Object.entries(schema) as [SettingKey, SettingSpec][]) {
    const text = raw[key];
    const value = text === undefined ? spec.default : parse(spec, text);
    if (value === undefined) {
      wrong.add(key);
      problems.push(
        `${key}: got ${quote(text!)}, allowed is ${allowed(spec)}. Mend it: pulumi config ` +
          (spec.default === "" ? `rm ${key}` : `set ${key} ${spec.default}`),
      );
    } else {
      values[key] = value;
    }
  }
  problems.push(...contradictions(values, wrong));

  if (problems.length > 0) {
    const count = problems.length === 1 ? "1 setting is wrong" : `${problems.length} settings are wrong`;
    throw new SettingsError([`${count}; nothing was changed.`, ...problems.map((text) => `  - ${text}`)].join("\n"));
  }
  return {
    replicas: values.replicas as number,
    workerReplicas: values.workerReplicas as number,
    strategy: values.strategy as Strategy,
    sticky: values.sticky as boolean,
    httpPort: values.httpPort as number,
    dashboard: values.dashboard as boolean,
    dashboardPort: values.dashboardPort as number,
    app: {
      cpus: values["app.cpus"] as number,
      memoryMiB: values["app.memoryMiB"] as number,
      sessionTtlSeconds: values["app.sessionTtlSeconds"] as number,
      demoEndpoints: values["app.demoEndpoints"] as boolean,
    },
    worker: {
      cpus: values["worker.cpus"] as number,
      memoryMiB: values["worker.memoryMiB"] as number,
      concurrency: values["worker.concurrency"] as number,
      attempts: values["worker.attempts"] as number,
      backoffSeconds: values["worker.backoffSeconds"] as number,
      jobTimeoutSeconds: values["worker.jobTimeoutSeconds"] as number,
      retentionHours: values["worker.retentionHours"] as number,
      takeoverSeconds: values["worker.takeoverSeconds"] as number,
    },
    logLevel: values.logLevel as LogLevel,
    drainSeconds: values.drainSeconds as number,
    longestRequestSeconds: values.longestRequestSeconds as number,
    stopGraceSeconds: values.stopGraceSeconds as number,
    minReadySeconds: values.minReadySeconds as number,
    bakeSeconds: values.bakeSeconds as number,
    bakeMaxErrorPercent: values.bakeMaxErrorPercent as number,
    maxSurge: values.maxSurge as number,
    release: values.release as string,
    allowInterruption: values.allowInterruption as string,
    heal: values.heal as boolean,
    healAfterSeconds: values.healAfterSeconds as number,
  };
}

/** One of the settings as the text a stack would hold: `app.cpus` -> "0.5". */
export function textOf(settings: Partial<Settings>, key: SettingKey): string {
  const value = key.split(".").reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], settings);
  return String(value);
}

/**
 * Picks the settings of `namespace` out of Pulumi's whole configuration ("evenkeel:replicas" -> "replicas").
 * Other namespaces ("docker:host") belong to their providers.
 */
export function settingsOf(namespace: string, config: Readonly<Record<string, string>>): Record<string, string> {
  const prefix = `${namespace}:`;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

/** The value `text` stands for, or undefined where the setting does not accept it. */
function parse(spec: SettingSpec, text: string): number | boolean | string | undefined {
  switch (spec.type) {
    case "integer":
      return /^-?\d+$/.test(text) ? inBounds(Number(text), spec) : undefined;
    case "number":
      return /^-?\d+(\.\d+)?$/.test(text) ? inBounds(Number(text), spec) : undefined;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "choice":
      return spec.choices.includes(text) ? text : undefined;
    case "text":
      return spec.pattern.test(text) ? text : undefined;
  }
}

function inBounds(value: number, { min, max }: { min: number; max: number }): number | undefined {
  return value >= min && value <= max ? value : undefined;
}

/** Settings that are right alone and wrong together. A key that is already wrong by itself is not blamed twice. */
function contradictions(values: Values, wrong: ReadonlySet<SettingKey>): string[] {
  const problems: string[] = [];
  const allRight = (...keys: SettingKey[]) => keys.every((key) => !wrong.has(key));
  const { drainSeconds, longestRequestSeconds, stopGraceSeconds } = values;
  const least = Number(drainSeconds) + Number(longestRequestSeconds) + timing.exit;
  if (allRight("drainSeconds", "longestRequestSeconds", "stopGraceSeconds") && Number(stopGraceSeconds) < least) {
    problems.push(
      `stopGraceSeconds: got ${stopGraceSeconds}, allowed is drainSeconds (${drainSeconds}), longestRequestSeconds ` +
        `(${longestRequestSeconds}) and ${timing.exit} more: ${least}. Mend it: pulumi config set stopGraceSeconds ${least}`,
    );
  }
  if (allRight("httpPort", "dashboardPort") && values.dashboard === true && values.httpPort === values.dashboardPort) {
    problems.push(
      `dashboardPort: got ${values.dashboardPort}, allowed is another port than httpPort. ` +
        `Mend it: pulumi config set dashboardPort ${Number(values.httpPort) === 65535 ? 8081 : Number(values.httpPort) + 1}`,
    );
  }
  return problems;
}

function unknownKey(key: string): string {
  const nearest = nearestOf(key, Object.keys(schema));
  const hint = nearest ? `did you mean ${nearest}?` : `known are ${Object.keys(schema).join(", ")}.`;
  return `${key}: no such setting, ${hint} Mend it: pulumi config rm ${key}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
