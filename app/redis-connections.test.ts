import { allConnections, type Askable } from "./redis-connections";

const connection = (status: string) =>
  ({
    status,
    ping: async () => (status === "ready" ? "PONG" : Promise.reject(new Error(status))),
  }) as unknown as Askable;

test("answers when every connection answers", async () => {
  const all = allConnections([connection("ready"), connection("ready")]);
  expect([all.status, await all.ping()]).toEqual(["ready", "PONG"]);
});

test("is away while one of them is still away", async () => {
  const all = allConnections([connection("ready"), connection("reconnecting")]);
  expect(all.status).toBe("reconnecting");
  await expect(all.ping()).rejects.toThrow("reconnecting");
});
