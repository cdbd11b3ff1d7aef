import { freemem, loadavg, totalmem } from "node:os";

/** What the operating system says of the machine, in bytes; `loadavg` over 1, 5 and 15 minutes. */
export interface MachineReading {
  loadavg: number[];
  freemem: number;
  totalmem: number;
}

/** How old a reading may be, in milliseconds. The kernel itself renews the load average every 5 seconds. */
const MAX_AGE_MS = 1000;

const total = totalmem();
let reading: MachineReading | undefined;
let readAt = -Infinity;

/** Reads at most once a second: each of the two reads and parses a file of /proc, together an eighth of the CPU time of `GET /`. */
export function readMachine(now = performance.now()): MachineReading {
  if (!reading || now - readAt >= MAX_AGE_MS) {
    reading = { loadavg: loadavg(), freemem: freemem(), totalmem: total };
    readAt = now;
  }
  return reading;
}
