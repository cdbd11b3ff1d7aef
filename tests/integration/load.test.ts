import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { WebSocketServer } from "ws";
import { startLoad, type Load } from "../../load/load";
import type { LoadOptions } from "../../load/options";

jest.setTimeout(60_000);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let load: Load | undefined;

/** A server that counts what it gets and answers as told. */
async function serve(handler: Handler): Promise<{ url: string; got: () => number }> {
  let got = 0;
  server = createServer((request, response) => {
    got++;
    request.resume();
    response.setHeader("X-Instance-ID", "app-a-1");
    response.setHeader("X-Revision", "a");
    handler(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, got: () => got };
}

const begin = async (options: Partial<LoadOptions> & { url: string }) => {
  load = await startLoad({ rate: 100, mix: "path", ...options });
  return load;
};

afterEach(async () => {
  await load?.stop().catch(() => undefined);
  load = undefined;
  server.closeAllConnections();
  server.close();
});

test("every request that arrived is in the report, and every one in the report arrived", async () => {
  const { url, got } = await serve((_, response) => response.end());
  const report = await (await begin({ url, durationSeconds: 2 })).finished();
  expect(report.offered).toBeGreaterThanOrEqual(199);
  expect(report.offered).toBeLessThanOrEqual(203);
  expect(report).toMatchObject({ offered: got(), succeeded: got(), failed: 0 });
  expect(report.failures).toEqual({});
  expect(report.replicas).toMatchObject([{ name: "app-a-1", requests: got() }]);
  expect(report.revisions).toMatchObject([{ name: "a", requests: got() }]);
});

test("502s, resets and answers that never come are counted, each by its name", async () => {
  const answers: Record<number, Handler> = {
    20: (_, response) => void response.writeHead(502).end(),
    21: (_, response) => void response.writeHead(502).end(),
    // On a connection of its own: on a kept one a GET is sent again by k6's transport, as by a browser.
    30: (request) => void request.socket.resetAndDestroy(),
    40: () => undefined,
  };
  let count = 0;
  const { url } = await serve((request, response) => {
    const answer = answers[count++];
    if (answer) answer(request, response);
    else response.end();
  });
  const report = await (await begin({ url, durationSeconds: 2, fresh: 1, timeoutSeconds: 1 })).finished();
  expect(report).toMatchObject({ offered: count, succeeded: count - 4, failed: 4 });
  expect(report.failures).toEqual({ "502": 2, "connection reset": 1, "time-out": 1 });
  expect(report.failedRequests).toHaveLength(4);
});

test("a stall of a second is seen by every request that was due in it", async () => {
  let count = 0;
  const { url } = await serve((_, response) => {
    // The event loop stands still: nobody is answered.
    if (++count === 100) for (const until = Date.now() + 1000; Date.now() < until;);
    response.end();
  });
  const report = await (await begin({ url, durationSeconds: 3 })).finished();
  expect(report).toMatchObject({ offered: count, failed: 0, latency: { from: "intended" } });
  // 100 of 300 were due in the stall; on average they waited half of it.
  const slow = report.timeline.reduce((sum, { max }) => Math.max(sum, max), 0);
  expect(slow).toBeGreaterThan(950);
  expect(report.latency.all.p95).toBeGreaterThan(700);
  expect(report.latency.all.p50).toBeLessThan(300);
});

test("without a free client a request is dropped, which is a failure and said so", async () => {
  const { url, got } = await serve((_, response) => void setTimeout(() => response.end(), 500));
  const report = await (await begin({ url, durationSeconds: 3, clients: 20, fresh: 0 })).finished();
  expect(report.failures).toEqual({ "dropped: no free client": report.offered - got() });
  expect(report.failed).toBeGreaterThan(100);
  expect(report).toMatchObject({ succeeded: got(), latency: { from: "start" } });
});

test("a stop lets what is under way finish, and cuts nothing off", async () => {
  let ended = 0;
  const { url, got } = await serve((_, response) => {
    response.on("finish", () => ended++);
    setTimeout(() => response.end(), 700);
  });
  const running = await begin({ url });
  running.mark("stop");
  const report = await running.stop();
  expect(report).toMatchObject({ offered: got(), succeeded: got(), failed: 0, events: [{ name: "stop" }] });
  expect(ended).toBe(got());
  expect(await running.stop()).toBe(report);
});

test("visits are told apart by session, and what was acknowledged is what the server counted", async () => {
  const counts: Record<string, number> = {};
  let all = 0;
  const { url } = await serve((request, response) => {
    const id = /sid=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? `s${Object.keys(counts).length}`;
    if (!request.url!.startsWith("/?") && request.url !== "/") return void response.end("{}");
    counts[id] = (counts[id] ?? 0) + 1;
    response.setHeader("Set-Cookie", `sid=${id}.signature; Path=/`);
    response.end(JSON.stringify({ session_id: id, session_count: counts[id], global_count: ++all }));
  });
  const report = await (await begin({ url, durationSeconds: 2, mix: "get", sessions: 7 })).finished();
  expect(report.failures).toEqual({});
  expect(Object.fromEntries(report.sessions.map(({ id, acknowledged }) => [id, acknowledged]))).toEqual(counts);
  expect(report.sessions.every(({ acknowledged, highest }) => acknowledged === highest)).toBe(true);
  expect(report.visits).toEqual({ acknowledged: all, highestGlobal: all });
});

test("streams come back after the server closed them; one that is refused is a failure", async () => {
  let streams = 0;
  const { url } = await serve((request, response) => {
    if (request.url !== "/events") return void response.end();
    streams++;
    response.setHeader("Content-Type", "text/event-stream");
    response.write('retry: 100\n\nevent: hello\ndata: {"instance":"app-a-1"}\n\n');
    setTimeout(() => response.end(), 800);
  });
  let sockets = 0;
  const webSockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    if (++sockets === 2) return void socket.end("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    webSockets.handleUpgrade(request, socket, head, (client) => {
      client.on("message", () => client.send('{"served_by":{"instance":"app-a-1"}}'));
      setTimeout(() => client.close(1001), 800);
    });
  });
  const { streams: held, failures } = await (await begin({ url, durationSeconds: 4, sse: 1, ws: 1 })).finished();
  // The last of each may just have begun when the load ended.
  expect(streams + sockets - 1 - held.opened).toBeGreaterThanOrEqual(0);
  expect(streams + sockets - 1 - held.opened).toBeLessThanOrEqual(2);
  expect(held.closed["sse end"]).toBeGreaterThanOrEqual(1);
  expect(held.closed["ws 1001"]).toBeGreaterThanOrEqual(1);
  expect(held.opened - held.replicas["app-a-1"]!).toBeLessThanOrEqual(2);
  expect(held.longestGapMs).toBeLessThan(5000);
  expect(failures).toEqual({ "ws: Unexpected server response: 503": 1 });
});

test("a stack that does not answer is said in one message, before any load", async () => {
  const { url } = await serve((_, response) => void response.writeHead(503).end());
  await expect(startLoad({ url, rate: 10, mix: "get" })).rejects.toThrow(/GET .*\/set: answered 503/);
});
