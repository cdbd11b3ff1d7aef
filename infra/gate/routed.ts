import { setTimeout as sleep } from "node:timers/promises";

import { Docker } from "../docker";
import { Failure } from "./failure";
import { Look } from "./healthy";
import { Route, routesOf } from "./routes";

/**
 * How long the load balancer may take to hear of a healthy replica. Half a second is the rule; one that the engine left in the dark (it
 * was started anew) finds it again within 20 s. In seconds.
 */
const patienceSeconds = 30;

const pauseMs = 150;

/**
 * Waits until the load balancer says that it sends requests to every declared replica. Without this word the replicas that serve must
 * not go: a load balancer that hears nothing of the new ones has none left then.
 *
 * @returns a Failure with the first that it still does not know
 */
export async function untilRouted(
  declared: readonly string[],
  { docker, balancer, look }: { readonly docker: Docker; readonly balancer: string; readonly look: Look },
): Promise<Failure | undefined> {
  for (const until = Date.now() + patienceSeconds * 1000; ;) {
    const present = await look();
    const mine = declared.filter((name) => present.get(name)?.routed);
    if (mine.length === 0) return undefined;
    const routes = await routesOf(docker, balancer).catch((): Route[] => []);
    const known = new Set(routes.filter(({ up }) => up).map(({ address }) => address));
    const isIn = (addresses: ReadonlySet<string>, name: string) =>
      present.get(name)!.addresses.some((address) => addresses.has(address));
    const missing = mine.find((name) => !isIn(known, name));
    if (missing === undefined) return undefined;
    if (Date.now() > until) {
      const silent = isIn(new Set(routes.map(({ address }) => address)), missing);
      const why = silent ? `has had no answer from it` : `has sent it no request`;
      return new Failure(missing, `is healthy, but ${balancer} ${why} for ${patienceSeconds} s`);
    }
    await sleep(pauseMs);
  }
}
