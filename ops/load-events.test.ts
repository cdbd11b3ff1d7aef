import { describeEvent } from "./load-events";

describe("an event of the engine", () => {
  it.each([
    ["start\tevenkeel-dev-app-1a2b-4\t", "app-1a2b-4 starts"],
    ["die\tevenkeel-dev-app-1a2b-1\t137", "app-1a2b-1 ended with 137"],
    ["health_status: unhealthy\tevenkeel-dev-app-1a2b-1\t", "app-1a2b-1 is unhealthy"],
    ["pause\tother\t", "other is paused"],
    ["exec_start: probe\tevenkeel-dev-app-1a2b-1\t", undefined],
  ])("%j is told as %j", (line, told) => {
    expect(describeEvent(line, "evenkeel-dev-")).toBe(told);
  });
});
