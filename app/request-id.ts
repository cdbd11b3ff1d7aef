import { randomUUID } from "node:crypto";

/** Takes over the id a client or the load balancer gave the request, when it is fit for a header and a log line; makes one otherwise. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === "string" && /^[A-Za-z0-9._:-]{1,128}$/.test(header) ? header : randomUUID();
}
