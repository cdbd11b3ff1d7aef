import { balancerPorts } from "../balancer-ports";
import { Docker } from "../docker";

/** What the load balancer knows of a replica it may send requests to. */
export interface Route {
  /** Address on the edge network. */
  readonly address: string;
  /** Whether its own check says that the replica answers. */
  readonly up: boolean;
}

interface Service {
  readonly provider?: string;
  readonly serverStatus?: Readonly<Record<string, string>>;
  readonly loadBalancer?: { readonly servers?: readonly { readonly url?: string }[] };
}

/**
 * Where the load balancer sends requests, by its own word: its API, which listens inside its container only.
 *
 * @param container Docker name of the load balancer
 * @throws Error when it does not run or does not answer
 */
export async function routesOf(docker: Docker, container: string): Promise<Route[]> {
  const url = `http://127.0.0.1:${balancerPorts.api}/api/http/services?per_page=1000`;
  return readRoutes(await docker.run("exec", container, "busybox", "wget", "-q", "-O", "-", url));
}

/** Reads the answer of Traefik's `GET /api/http/services`. A server without a status of its own is up. */
export function readRoutes(text: string): Route[] {
  return (JSON.parse(text) as Service[])
    .filter(({ provider }) => provider === "docker")
    .flatMap(({ serverStatus = {}, loadBalancer }) =>
      (loadBalancer?.servers ?? []).flatMap(({ url = "" }) =>
        URL.canParse(url) ? { address: new URL(url).hostname, up: (serverStatus[url] ?? "UP") === "UP" } : [],
      ),
    );
}
