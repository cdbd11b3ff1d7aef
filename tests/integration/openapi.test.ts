import { contract } from "../../app/contract";
import { createApp } from "../../app/app";
import type { AppDeps } from "../../app/deps";
import openApi from "../../docs/openapi.json";
import { eventually } from "./replica";
import { oneApp } from "./one-app";

jest.setTimeout(60_000);

const shared = oneApp();

/** Requests that bring about each answer but 503: [method, path, body]. */
const requests: [string, string, (string | object)?, Record<string, string>?][] = [
  ["GET", "/"],
  ["GET", "/api/instance"],
  ["GET", "/health"],
  ["GET", "/healthz"],
  ["GET", "/readyz"],
  ["GET", "/set?key=a&value=b"],
  ["GET", "/set"],
  [`GET`, `/set?key=a&value=${"v".repeat(65_537)}`],
  ["GET", "/get?key=a"],
  ["GET", "/get"],
  ["GET", "/get?key=none"],
  ["PUT", "/kv/b", { value: "x" }],
  ["PUT", "/kv/b", "{", { "content-type": "application/json" }],
  ["PUT", "/kv/b", "v".repeat(65_537)],
  ["PUT", "/kv/b", "x", { "content-encoding": "br" }],
  ["GET", "/kv/b"],
  ["GET", "/kv/b%20b"],
  ["GET", "/kv/none"],
  ["DELETE", "/kv/b"],
  ["DELETE", "/kv/b%20b"],
  ["DELETE", "/kv/b"],
  ["GET", "/enqueue?job=x"],
  ["GET", "/enqueue"],
  ["POST", "/jobs", { name: "sleep", payload: { milliseconds: 1 } }],
  ["POST", "/jobs", {}],
  ["POST", "/jobs", "x".repeat(500_000)],
  ["POST", "/jobs", "x", { "content-encoding": "gzip" }],
  ["GET", "/jobs/1"],
  ["GET", "/jobs/x"],
  ["GET", "/jobs/999"],
  ["GET", "/work?duration=1"],
  ["GET", "/work?duration=x"],
  ["GET", "/delay?duration=1"],
  ["GET", "/delay?duration=10001"],
  ["GET", "/load-test"],
  ["GET", "/error"],
  ["GET", "/stats"],
];

const routeOf = (method: string, path: string) =>
  contract.find(
    (route) =>
      route.method === method.toLowerCase() &&
      new RegExp(`^${route.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(path.split("?")[0]!),
  );

async function hold(seen: Set<string>): Promise<void> {
  for (const [method, path, body, headers] of requests) {
    const answer = await shared.app.send(method, path, body, { headers });
    const route = routeOf(method, path)!;
    const schema = route.answers[answer.status];
    expect({ method, path: path.slice(0, 40), status: answer.status, known: schema !== undefined }).toMatchObject({
      known: true,
    });
    expect({ path: path.slice(0, 40), problems: schema!.safeParse(answer.body).error?.issues }).toEqual({
      path: path.slice(0, 40),
      problems: undefined,
    });
    seen.add(`${route.method} ${route.path} ${answer.status}`);
  }
}

test("every answer is one the document has, and every answer of the document was given", async () => {
  const seen = new Set<string>();
  await hold(seen);
  await shared.redis.stop();
  await shared.app.logged("redis is away, reconnecting");
  await hold(seen);
  const promised = Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, { responses: object }>).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method} ${path} ${status}`),
    ),
  );
  // Too much work at a time is in contract.test.ts, a stream too many in app/live/streams.test.ts.
  const elsewhere = ["get /events 200", "get /events 503", "get /work 503"];
  expect(promised.filter((answer) => !seen.has(answer)).sort()).toEqual(elsewhere);
});

test("a stream's events are those of the document, each with the data it says", async () => {
  await shared.redis.restart();
  await eventually(
    () => shared.app.get("/readyz"),
    ({ status }) => status === 200,
  );
  const { events } = contract.find(({ path }) => path === "/events")!;
  const stop = new AbortController();
  const response = await fetch(`http://127.0.0.1:${shared.app.port}/events`, { signal: stop.signal });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const readUntil = async (event: string) => {
    while (!new RegExp(`^event: ${event}\ndata: .*\n\n`, "m").test(text)) text += (await reader.read()).value ?? "";
  };
  await readUntil("overview");
  await shared.redis.stop();
  await readUntil("outage");
  stop.abort();
  const seen = [...text.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)];
  for (const [, name, data] of seen) {
    expect({ name, problems: events![name!]?.safeParse(JSON.parse(data!)).error?.issues }).toEqual({ name });
  }
  expect([...new Set(seen.map(([, name]) => name))].sort()).toEqual([
    ...["hello", "history", "outage", "overview", "session"],
  ]);
});

test("every route of the app is in the document", () => {
  const deps = { demo: {}, identity: {}, logger: {} } as unknown as AppDeps;
  const { stack } = createApp(deps).router as unknown as {
    stack: { route?: { path: string; methods: Record<string, boolean> } }[];
  };
  const declared = stack.flatMap(({ route }) =>
    route ? Object.keys(route.methods).map((method) => `${method} ${route.path.replace(/:(\w+)/g, "{$1}")}`) : [],
  );
  expect(declared.sort()).toEqual(contract.map(({ method, path }) => `${method} ${path}`).sort());
});
