import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect, ready, visit, type Machine } from "../visit";

/** The least that can be done: no framework, no headers of its own, no log, no error handling. */
export function serve(readMachine?: () => Machine): void {
  const redis = connect();
  const server = createServer((request, response) => {
    void visit(redis, request.headers.cookie, readMachine).then((answer) => {
      const body = JSON.stringify(answer);
      response.setHeader("Content-Type", "application/json; charset=utf-8");
      response.setHeader("Content-Length", Buffer.byteLength(body));
      response.end(body);
    });
  });
  redis.once("ready", () => server.listen(0, "127.0.0.1", () => ready((server.address() as AddressInfo).port)));
}
