import { writeSync } from "node:fs";
import type { DestinationStream } from "pino";

/** Lines are written when so many characters are gathered, or after so many milliseconds. */
const [GATHERED_LENGTH, GATHER_MS] = [16_384, 50];

/** Bytes that wait while nobody reads: half a minute of 130 requests a second. */
const WAITING_LENGTH = 1_048_576;

/** Milliseconds until it is looked again whether there is room for what waits; while the process ends, and for how long in all. */
const [LOOK_MS, LAST_LOOK_MS, LAST_LOOKS_MS] = [10, 2, 500];

export interface LogOutputOptions {
  /** A pipe or socket must not block who writes into it. @default standard output, which is made so */
  fd?: number;
  /** Told how many lines were dropped, once those that waited are read. */
  onDropped: (lines: number) => void;
}

/**
 * Standard output, a write for many lines, that holds the process up for half a second at its end and never before. Whoever reads it may
 * stop: an engine that hangs, or waits for its disk, leaves the pipe full, and a process that waits for room in it answers nobody. What finds
 * no room waits, up to a bound, and is dropped beyond it; a line says how many were.
 *
 * A write from a thread would not hold requests up either, but one that waits in the kernel can't be taken back: Node.js waits for its
 * threads before it ends, so the process would be there until somebody reads.
 *
 * pino's own gathering counts the bytes of each line when it comes, and wakes an idle process twenty times a second to see whether
 * there is one.
 */
export function logOutput({ fd = 1, onDropped }: LogOutputOptions): DestinationStream & { flushSync(): void } {
  if (fd === 1) {
    void process.stdout; // Node.js makes it when it is first asked for, and has writes into a full pipe or socket come back.
  }
  let gathered = "";
  let waiting: Buffer[] = [];
  let waitingLength = 0;
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  let lastLooksUntil: number | undefined;

  const queue = () => {
    const bytes = Buffer.from(gathered);
    if (waitingLength + bytes.length > WAITING_LENGTH) {
      dropped += gathered.split("\n").length - 1;
    } else if (bytes.length > 0) {
      waiting.push(bytes);
      waitingLength += bytes.length;
    }
    gathered = "";
  };
  const writeWaiting = () => {
    for (const [at, bytes] of waiting.entries()) {
      const written = writeSome(fd, bytes);
      waitingLength -= written;
      if (written < bytes.length) {
        waiting = [bytes.subarray(written), ...waiting.slice(at + 1)];
        return;
      }
    }
    waiting = [];
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    queue();
    writeWaiting();
    if (waitingLength > 0) {
      timer = setTimeout(flush, LOOK_MS);
    } else if (dropped > 0) {
      const lines = dropped;
      dropped = 0;
      onDropped(lines);
    }
  };
  const flushSync = () => {
    lastLooksUntil ??= performance.now() + LAST_LOOKS_MS;
    flush();
    // Once more for the line that says how many were dropped.
    while ((waitingLength > 0 || gathered !== "") && performance.now() < lastLooksUntil) {
      pause(LAST_LOOK_MS);
      flush();
    }
  };
  process.on("exit", flushSync);
  return {
    flushSync, // Which pino calls after a fatal line.
    write(line) {
      gathered += line;
      if (gathered.length >= GATHERED_LENGTH) {
        flush();
      } else {
        timer ??= setTimeout(flush, GATHER_MS);
      }
    },
  };
}

/** Returns how many bytes found room. What can never be written (nobody has the pipe open, the disk is full) is gone: there is no one to tell. */
function writeSome(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EAGAIN" ? 0 : bytes.length;
  }
}

/** Stands still, timers and all: the process is about to end. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
