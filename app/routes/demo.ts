import { setTimeout as sleep } from "node:timers/promises";
import type { IRouter, Response } from "express";
import { servedBy, type AppDeps } from "../deps";
import { AppError } from "../errors";

const DEFAULT_MS = 1000;
const MAX_MS = 10_000;

/** @throws AppError invalid_duration */
function checkDuration(text: unknown): number {
  if (text === undefined) {
    return DEFAULT_MS;
  }
  if (typeof text !== "string" || !/^\d{1,5}$/.test(text) || Number(text) > MAX_MS) {
    throw new AppError("invalid_duration");
  }
  return Number(text);
}

/** Aborts when the client hangs up: nobody waits for the work any more. */
function whileConnected(response: Response): AbortSignal {
  const controller = new AbortController();
  response.on("close", () => {
    if (!response.writableEnded) {
      controller.abort(new AppError("client_gone"));
    }
  });
  return controller.signal;
}

/** Waits without a thread or CPU. @throws what `signal` gives as its reason */
async function waitUnlessGone(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {
    throw signal.reason;
  });
}

/** `GET /work?duration=`, `/delay?duration=`, `/load-test` and `/error`: for demonstrations and load tests. */
export function demoRoutes(
  router: IRouter,
  { identity }: AppDeps,
  { cpuWork, loadTest }: NonNullable<AppDeps["demo"]>,
): void {
  const served_by = servedBy(identity);
  router.get("/work", async (request, response) => {
    const duration = checkDuration(request.query.duration);
    const actualDuration = await cpuWork.run(duration, whileConnected(response));
    response.json({ duration, actualDuration: Math.round(actualDuration), served_by });
  });
  router.get("/delay", async (request, response) => {
    const duration = checkDuration(request.query.duration);
    await waitUnlessGone(duration, whileConnected(response));
    response.json({ duration, served_by });
  });
  router.get("/load-test", async (_request, response) => {
    response.json({ count: await loadTest.run(), served_by });
  });
  router.get("/error", () => {
    throw new AppError("simulated_error");
  });
}
