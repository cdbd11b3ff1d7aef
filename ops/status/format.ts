import { Change } from "./changes";
import { cut, wrap, wrapWords } from "./lines";
import { Status } from "./report";
import { serviceLines } from "./table";
import { ageText, errorText, minuteText, rateText } from "./units";

/** How a line is marked; without colour it stays as it is. */
export interface Paint {
  /** Something that is not as it should be. */
  readonly bad: (line: string) => string;
  /** A heading. */
  readonly head: (line: string) => string;
}

/** Columns of the names before what is told of a part. */
const labelWidth = 15;

export const plain: Paint = { bad: (line) => line, head: (line) => line };

export const coloured: Paint = { bad: (line) => `\x1b[31m${line}\x1b[39m`, head: (line) => `\x1b[1m${line}\x1b[22m` };

/**
 * The status as a person reads it.
 *
 * @param width columns. @default 80
 */
export function formatStatus(status: Status, paint: Paint = plain, width = 80): string {
  const sections = [
    [...headLines(status, width), ...underWayLines(status, width)],
    status.services ? serviceLines(status.services, paint) : [],
    partLines(status, width),
    changeLines(status, paint, width),
    problemLines(status, paint, width),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function headLines({ stack, release, url, at }: Status, width: number): string[] {
  const parts = [`stack ${stack}`, release ? `release ${release}` : "no release known", url ?? "", at.toISOString()];
  return wrap(parts.filter(Boolean), width, "  ", 2);
}

function underWayLines({ underWay, at }: Status, width: number): string[] {
  if (!underWay) return [];
  const { who, pid, since, killed } = underWay;
  const span = ageText(Math.max(0, (at.getTime() - Date.parse(since)) / 1000));
  const text = killed
    ? `a change by ${who} was killed ${span} ago and left its lock: npm run up mends it`
    : `being changed by ${who} for ${span} (process ${pid})`;
  return wrapWords(text, width, 2);
}

function partLines({ loadBalancer, redis, queue }: Status, width: number): string[] {
  const unknown = "not known, see below";
  const lines: [string, string][] = [
    [
      "load balancer",
      loadBalancer
        ? `routes to ${loadBalancer.routedReplicas} of ${loadBalancer.healthyReplicas} healthy replicas, ` +
          `${rateText(loadBalancer.requestsPerSecond)} requests/s, ${errorText(loadBalancer.serverErrorShare)}`
        : unknown,
    ],
    [
      "redis",
      redis
        ? `${redis.memoryMiB.toFixed(1)} of ${redis.maxMemoryMiB.toFixed(0)} MiB, ${redis.clients} clients, ` +
          `append-only file ${redis.appendOnlyFile}`
        : unknown,
    ],
    [
      "queue",
      queue
        ? `${queue.waiting} waiting, ${queue.active} active, ${queue.delayed} delayed, ${queue.failed} failed, ` +
          `${queue.completed} completed${queue.waiting > 0 ? `, the oldest waits for ${ageText(queue.oldestWaitingSeconds)}` : ""}`
        : unknown,
    ],
  ];
  return lines.flatMap(([name, text]) =>
    wrapWords(text, width - labelWidth, 0).map((line, at) => (at === 0 ? name : "").padEnd(labelWidth) + line),
  );
}

function changeLines({ changes }: Status, paint: Paint, width: number): string[] {
  if (!changes || changes.length === 0) return [];
  return [paint.head("last changes"), ...changes.map((change) => cut(changeLine(change), width))];
}

const signs: Readonly<Record<string, string>> = { create: "+", update: "~", delete: "-", replace: "+-" };

function changeLine({ startedAt, kind, result, seconds, resources, who, message }: Change): string {
  const counts = Object.entries(resources).map(
    ([operation, count]) => `${signs[operation] ?? `${operation} `}${count}`,
  );
  const what = [
    minuteText(startedAt),
    kind.padEnd(7),
    result.padEnd(9),
    ageText(seconds).padStart(4),
    (counts.join(" ") || "no change").padEnd(10),
  ];
  return [...what, message ? `${who}: ${message}` : who].join("  ");
}

function problemLines({ problems }: Status, paint: Paint, width: number): string[] {
  if (problems.length === 0) return [];
  const lines = problems.flatMap(({ part, problem }) => wrapWords(`${part}: ${problem}`, width, 2));
  return [paint.head("not as it should be"), ...lines.map(paint.bad)];
}
