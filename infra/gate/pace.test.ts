import { Docker } from "../docker";
import { leastWidth, paceOf, widthFor } from "./pace";

const docker = new Docker("unix:///nowhere/docker.sock");
const identity = { project: "evenkeel", stack: "dev" };
const turnsOf = (count: number) =>
  paceOf({ docker, identity })({
    service: "app",
    replicas: Array.from({ length: count }, (_, index) => `app-${index + 1}`),
    readyTimeoutSeconds: 60,
    judge: () => Promise.reject(new Error("there is nothing to judge")),
  });

describe("replicas that start", () => {
  it("are twice as many as the engine has cores side by side, and some on the smallest too", () => {
    expect([1, 2, 8].map(widthFor)).toEqual([leastWidth, 4, 16]);
  });

  it.each([1, leastWidth, 3 * leastWidth])("all have their turn when the engine can't be asked: %d", async (count) => {
    expect(await Promise.all(turnsOf(count))).toHaveLength(count);
  });
});
