import { filterQuery, restartableReplicas, restartPath, socketConfiguration } from "./docker-socket";

const identity = { project: "evenkeel", stack: "a.b" };

describe("the view of the engine", () => {
  it("has no way to restart anything where nobody heals", () => {
    expect(socketConfiguration(identity, false)).not.toMatch(/POST|restart/);
    expect(socketConfiguration(identity, true)).toContain(restartPath(identity));
    expect(socketConfiguration(identity, true)).not.toMatch(/@[A-Z]+@/);
  });

  it.each([
    ["/containers/evenkeel-a.b-app-0123abcd-1/restart", true],
    ["/containers/evenkeel-a.b-worker-0123abcd-100/restart", true],
    ["/containers/evenkeel-a.b-redis/restart", false],
    ["/containers/evenkeel-a.b-traefik/restart", false],
    ["/containers/evenkeel-a.b-app-0123abcd-1/stop", false],
    ["/containers/evenkeel-a.b-app-0123abcd-1/restart/", false],
    ["/containers/evenkeel-axb-app-0123abcd-1/restart", false],
    ["/containers/evenkeel-a.b-c-app-0123abcd-1/restart", false],
    ["/v1.41/containers/evenkeel-a.b-app-0123abcd-1/restart", false],
  ])("lets the healer ask for %s: %s", (path, allowed) => {
    expect(new RegExp(restartPath(identity)).test(path)).toBe(allowed);
  });

  it("writes filters as a query that HAProxy hands on as it is", () => {
    const filters = restartableReplicas(identity);
    const query = new URLSearchParams(filterQuery(filters).replaceAll("%%", "%"));
    expect(JSON.parse(query.get("filters")!)).toEqual(filters);
    expect(filterQuery(filters)).not.toMatch(/['" ]/);
  });
});
