import type { Paint } from "./format";
import { ServiceStatus } from "./report";
import { ageText, rateText, shareText } from "./units";

/** Columns by their heading; the first two are words, to the left. Their widths are what 80 columns have room for. */
const columns: readonly {
  readonly head: string;
  readonly width: number;
  readonly cell: (line: ServiceStatus) => string;
}[] = [
  { head: "service", width: 13, cell: ({ service }) => service },
  { head: "revision", width: 8, cell: ({ revision }) => revision },
  { head: "want", width: 4, cell: ({ desired }) => (desired === null ? "?" : String(desired)) },
  { head: "running", width: 7, cell: ({ running }) => String(running) },
  { head: "healthy", width: 7, cell: ({ healthy }) => String(healthy) },
  { head: "drain", width: 5, cell: ({ draining }) => String(draining) },
  { head: "age", width: 4, cell: ({ ageSeconds }) => (ageSeconds === null ? "-" : ageText(ageSeconds)) },
  { head: "restarts", width: 8, cell: ({ restarts }) => String(restarts) },
  { head: "cpu", width: 4, cell: ({ cpuCores, cpuLimitCores }) => shareText(cpuCores, cpuLimitCores) },
  { head: "mem", width: 4, cell: ({ memoryMiB, memoryLimitMiB }) => shareText(memoryMiB, memoryLimitMiB) },
  { head: "req/s", width: 5, cell: ({ requestsPerSecond }) => rateText(requestsPerSecond) },
];

/** A line for each service and revision, 79 columns wide; one that has too few healthy replicas is marked. */
export function serviceLines(services: readonly ServiceStatus[], paint: Paint): string[] {
  if (services.length === 0) return ["no containers"];
  const line = (cells: readonly string[]) => cells.map(aligned).join(" ").trimEnd();
  return [
    paint.head(line(columns.map(({ head }) => head))),
    ...services.map((service) => {
      const text = line(columns.map(({ cell }) => cell(service)));
      return service.healthy < (service.desired ?? 0) ? paint.bad(text) : text;
    }),
  ];
}

function aligned(text: string, column: number): string {
  const { width } = columns[column]!;
  return column < 2 ? text.padEnd(width) : text.padStart(width);
}
