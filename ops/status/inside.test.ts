import { container } from "./example";
import { askAny } from "./inside";

describe("a question from inside a replica", () => {
  const replicas = [
    container("app", "11111111", 1),
    container("app", "11111111", 2, { health: "unhealthy" }),
    container("redis", "55555555", undefined),
    container("worker", "33333333", 1),
  ];

  it("goes to healthy replicas, workers first, until one answers", async () => {
    const asked: string[] = [];
    const answer = await askAny(replicas, ({ name }) => {
      asked.push(name);
      return name.includes("worker") ? Promise.reject(new Error("busy")) : Promise.resolve("yes");
    });
    expect([answer, asked]).toEqual(["yes", ["evenkeel-dev-worker-33333333-1", "evenkeel-dev-app-11111111-1"]]);
  });

  it("fails with the last one's reason, or because there is no one to ask", async () => {
    await expect(askAny(replicas, ({ name }) => Promise.reject(new Error(name)))).rejects.toThrow("app-11111111-1");
    await expect(askAny([], () => Promise.resolve(1))).rejects.toThrow("no replica is healthy");
  });
});
