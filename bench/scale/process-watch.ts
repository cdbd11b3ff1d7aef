import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds between two looks at the kernel's list of processes: how exact the times are. */
const lookMs = 10;

/** A process that one of the patterns named. */
export interface Seen {
  /** Milliseconds of the day's clock. */
  readonly began: number;
  /** Absent while it runs. */
  ended?: number;
}

/** When processes begin and end, by what their command line matches. Only those that begin while it watches. */
export class ProcessWatch<Name extends string> {
  readonly seen = new Map<Name, Seen>();
  private readonly known: Map<string, Name | undefined>;
  private readonly timer: NodeJS.Timeout;

  /** @param patterns the first process that matches each one counts */
  constructor(private readonly patterns: Readonly<Record<Name, RegExp>>) {
    this.known = new Map(pids().map((pid) => [pid, undefined]));
    this.timer = setInterval(() => this.look(), lookMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.look();
  }

  private look(): void {
    const now = Date.now();
    const present = new Set(pids());
    for (const [pid, name] of this.known) {
      if (present.has(pid)) continue;
      this.known.delete(pid);
      if (name !== undefined) this.seen.get(name)!.ended ??= now;
    }
    for (const pid of present) {
      if (this.known.has(pid)) continue;
      const command = commandOf(pid);
      // Between fork and exec it is still what its parent was: asked again at the next look.
      const name = this.nameOf(command);
      if (name === undefined && this.isYoung(command)) continue;
      this.known.set(pid, name);
      if (name !== undefined) this.seen.set(name, { began: now });
    }
  }

  private nameOf(command: string): Name | undefined {
    const names = Object.keys(this.patterns) as Name[];
    return names.find((name) => !this.seen.has(name) && this.patterns[name].test(command));
  }

  private isYoung(command: string): boolean {
    return command === "" || command.includes("bench/scale/main.ts");
  }
}

function pids(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}
