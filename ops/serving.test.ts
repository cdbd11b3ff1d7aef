import { createServer } from "node:http";
import { AddressInfo } from "node:net";

import { SetupError } from "../setup/errors";
import { UnknownHost, waitUntilEachServes, waitUntilServing } from "./serving";

/** A server that answers 404 a few times, as a load balancer does that has not heard of a replica, and then 200. */
async function withServer(refusals: number, work: (url: string, asked: () => number) => Promise<void>): Promise<void> {
  let asked = 0;
  const server = createServer((_, response) => {
    response.statusCode = ++asked > refusals ? 200 : 404;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => asked);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("waitUntilServing", () => {
  it("asks again until the load balancer has heard of the replicas", () =>
    withServer(2, async (url, asked) => {
      await waitUntilServing(url);
      expect(asked()).toBe(3);
    }));

  it("gives up with the last answer", () =>
    withServer(Infinity, async (url) => {
      const given = waitUntilServing(url, 0.5);
      await expect(given).rejects.toThrow(SetupError);
      await expect(given).rejects.toThrow("answered 404");
    }));

  it("does not wait for a host this machine does not know", async () => {
    const cause = Object.assign(new Error("getaddrinfo ENOTFOUND box"), { code: "ENOTFOUND" });
    const fetched = jest
      .spyOn(globalThis, "fetch")
      .mockRejectedValue(Object.assign(new TypeError("failed"), { cause }));
    try {
      await expect(waitUntilServing("http://box:8080")).rejects.toThrow(UnknownHost);
      expect(fetched).toHaveBeenCalledTimes(1);
    } finally {
      fetched.mockRestore();
    }
  });
});

describe("waitUntilEachServes", () => {
  /** Answers in turn for these replicas; it hears of the last one only after four requests. */
  async function withReplicas(names: string[], work: (url: string) => Promise<void>): Promise<void> {
    let asked = 0;
    const server = createServer((_, response) => {
      const known = ++asked > 4 ? names : names.slice(0, -1);
      response.end(JSON.stringify({ instance: known[asked % known.length] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  it("asks until each replica has answered", () =>
    withReplicas(["app-1", "app-2", "app-3"], async (url) => {
      expect(await waitUntilEachServes(url, ["app-1", "app-2", "app-3"])).toBe(true);
    }));

  it("ends without one that gets no requests", () =>
    withReplicas(["app-1", "app-2", "app-3"], async (url) => {
      expect(await waitUntilEachServes(url, ["app-9"], 0.3)).toBe(false);
    }));
});
