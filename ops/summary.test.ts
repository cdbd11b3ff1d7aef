import { formatSummary } from "./summary";

const summary = {
  stack: "dev",
  url: "http://localhost:8080",
  app: ["app-1a2b3c4d-1", "app-1a2b3c4d-2"],
  worker: ["worker-5e6f7a8b-1"],
  changes: 28,
  seconds: 23.84,
};

describe("formatSummary", () => {
  it("begins with the address and names every replica", () => {
    const lines = formatSummary(summary).split("\n");
    expect(lines.slice(1, 6)).toEqual([
      "Ready: http://localhost:8080",
      "",
      "  stack      dev, 28 changes in 23.8 s",
      "  app        2 replicas: app-1a2b3c4d-1, app-1a2b3c4d-2",
      "  worker     1 replica: worker-5e6f7a8b-1",
    ]);
  });

  it("says so when nothing had to change, and shows a dashboard only where there is one", () => {
    const text = formatSummary({
      ...summary,
      changes: 0,
      worker: [],
      dashboardUrl: "http://127.0.0.1:8081/dashboard/",
    });
    expect(text).toContain("dev, nothing to change in");
    expect(text).toContain("  worker     0 replicas\n");
    expect(text).toContain("  dashboard  http://127.0.0.1:8081/dashboard/");
    expect(formatSummary(summary)).not.toContain("dashboard");
  });

  it("names the stack in the command that takes it down, unless it is the usual one", () => {
    expect(formatSummary(summary)).toContain("  npm run down    ");
    expect(formatSummary({ ...summary, stack: "far" })).toContain("  npm run down -- --stack far  ");
  });
});
