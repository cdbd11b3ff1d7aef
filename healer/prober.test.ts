import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";

import { Prober } from "./prober";

let server: Server | TcpServer;
let prober: Prober;

async function start(listener: RequestListener | "accepts and is silent"): Promise<void> {
  server = listener === "accepts and is silent" ? createTcpServer() : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  prober = new Prober((server.address() as AddressInfo).port, 200);
}

afterEach(async () => {
  prober.close();
  await new Promise((resolve) => server.close(resolve));
});

test("tells what the process says of itself, asked over one connection", async () => {
  let connections = 0;
  await start((request, response) => response.end(request.url === "/phase" ? "draining" : "?"));
  server.on("connection", () => connections++);
  for (let i = 0; i < 3; i++) expect(await prober.probe("127.0.0.1")).toBe("draining");
  expect(connections).toBe(1);
});

test("takes any answer for an answer, an error too", async () => {
  await start((_, response) => response.writeHead(503).end());
  expect(await prober.probe("127.0.0.1")).toBe("");
});

test("takes a process that accepts and does not answer for silent, within its time, and sees it come back", async () => {
  let hung = true;
  await start((_, response) => void (hung || response.end("ready")));
  const asked = performance.now();
  expect(await prober.probe("127.0.0.1")).toBeUndefined();
  expect(performance.now() - asked).toBeLessThan(1000);
  hung = false;
  expect(await prober.probe("127.0.0.1")).toBe("ready");
});

test("takes a closed port for silent", async () => {
  await start("accepts and is silent");
  await new Promise((resolve) => server.close(resolve));
  expect(await prober.probe("127.0.0.1")).toBeUndefined();
  server.listen(0);
});
