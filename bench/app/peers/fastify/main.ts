import fastify from "fastify";
import type { AddressInfo } from "node:net";
import { connect, ready, visit } from "../visit";

/** Fastify as its documentation begins, without its logger. */
const redis = connect();
const app = fastify();
app.get("/", (request) => visit(redis, request.headers.cookie));
redis.once("ready", async () => {
  await app.listen({ port: 0, host: "127.0.0.1" });
  ready((app.server.address() as AddressInfo).port);
});
