import { SetupError } from "../setup/errors";

/** The address names a machine that this one does not know: an alias of ssh's own configuration, say. */
export class UnknownHost extends Error {
  override readonly name = "UnknownHost";
}

/**
 * Waits until the load balancer answers for the stack: an update is done when the replicas are healthy, which is some
 * tenths of a second before the load balancer has heard of it.
 *
 * @param timeoutSeconds gives up after this long. @default 30
 * @throws SetupError with the last answer; UnknownHost at once
 */
export async function waitUntilServing(url: string, timeoutSeconds = 30): Promise<void> {
  const until = Date.now() + timeoutSeconds * 1000;
  let last = "";
  while (Date.now() < until) {
    try {
      const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
      await response.arrayBuffer();
      if (response.ok) return;
      last = `answered ${response.status}`;
    } catch (error) {
      const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
      // A machine without a name server says "try again" of every name.
      if (cause?.code === "ENOTFOUND" || cause?.code === "EAI_AGAIN") {
        throw new UnknownHost(`this machine does not know the host of ${url}`);
      }
      last = cause?.message ?? message;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new SetupError({
    action: "reach the stack",
    got: `${url}: ${last}`,
    needed: `an answer within ${timeoutSeconds} s; the replicas are healthy`,
    mend: "look why in the load balancer's log: docker logs $(docker ps -q --filter label=evenkeel.service=traefik)",
  });
}

/**
 * Waits until the load balancer has sent a request to each of the replicas: it hears of them one after the other. A strategy
 * that prefers some replicas may leave others out, so this ends after a while in any case, and never fails.
 *
 * @param instances their names, as `GET /healthz` answers them
 * @param timeoutSeconds @default 5
 * @returns whether each was seen
 */
export async function waitUntilEachServes(
  url: string,
  instances: readonly string[],
  timeoutSeconds = 5,
): Promise<boolean> {
  const unseen = new Set(instances);
  const until = Date.now() + timeoutSeconds * 1000;
  while (unseen.size > 0 && Date.now() < until) {
    try {
      const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2000) });
      unseen.delete(((await response.json()) as { instance: string }).instance);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return unseen.size === 0;
}
