import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { wrk } from "../../setup/debian-program";
import { cores, type MeasuredProcess } from "./process";
import { rotated } from "../statistics";

export interface RequestRun {
  /** Answers a second. */
  requestsPerSecond: number;
  /** Milliseconds within which 99 of 100 answers came. */
  p99Ms: number;
  /** Answers of 400 and above, and requests without an answer. */
  errors: number;
  /** The measured process's share of its core, 0 to 1. Well below 1 means that something else was the limit. */
  cpu: number;
}

/** What wrk prints at its end, as JSON. https://github.com/wg/wrk/blob/master/SCRIPTING */
const script = `done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests":%d,"us":%d,"p99":%d,"errors":%d}\\n', summary.requests, summary.duration,
    latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
`;

export interface RequestsOptions {
  repeats: number;
  /** Seconds of each measurement; half as many, at most 2, before it to warm up. */
  seconds: number;
  connections: number;
  /** A folder for scratch files. */
  folder: string;
  interrupted: AbortSignal;
  say: (line: string) => void;
}

/** Measures `GET /` of each server in turn, `repeats` times. By the servers' names. */
export async function measureRequests(
  servers: readonly MeasuredProcess[],
  options: RequestsOptions,
): Promise<Record<string, RequestRun[]>> {
  const lua = join(options.folder, "wrk.lua");
  await writeFile(lua, script);
  const cookie = await sessionCookie(servers[0]!);
  const runs: Record<string, RequestRun[]> = Object.fromEntries(servers.map(({ name }) => [name, []]));
  for (let round = 0; round < options.repeats; round++) {
    for (const server of rotated(servers, round)) {
      options.interrupted.throwIfAborted();
      await load(server, Math.min(2, options.seconds / 2), lua, cookie, options);
      const run = await load(server, options.seconds, lua, cookie, options);
      runs[server.name]!.push(run);
      const rate = Math.round(run.requestsPerSecond).toLocaleString("en");
      options.say(`GET /, ${round + 1} of ${options.repeats}, ${server.name}: ${rate} requests/s`);
    }
  }
  return runs;
}

/** A client that comes back: every request has the same session, as the peers' need no signature. */
async function sessionCookie({ port }: MeasuredProcess): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  return (answer.headers.get("set-cookie") ?? "").split(";")[0]!;
}

async function load(
  server: MeasuredProcess,
  seconds: number,
  lua: string,
  cookie: string,
  { connections, interrupted }: RequestsOptions,
): Promise<RequestRun> {
  const cpuBefore = server.cpuSeconds();
  const { stdout } = await execa(
    "taskset",
    [
      ...["--cpu-list", String(cores.rest), wrk.path, "--threads", "1", "--connections", String(connections)],
      ...["--duration", `${Math.max(1, Math.round(seconds))}s`, "--timeout", "5s", "--script", lua],
      ...["--header", `Cookie: ${cookie}`, `http://127.0.0.1:${server.port}/`],
    ],
    { signal: interrupted },
  );
  const { requests, us, p99, errors } = JSON.parse(stdout.trim().split("\n").pop()!) as Record<string, number>;
  return {
    requestsPerSecond: requests! / (us! / 1e6),
    p99Ms: p99! / 1000,
    errors: errors!,
    cpu: (server.cpuSeconds() - cpuBefore) / (us! / 1e6),
  };
}
