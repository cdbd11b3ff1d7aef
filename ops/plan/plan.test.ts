import { readSettings } from "../../infra/config";
import { declaredFrom } from "../../infra/declared";
import { ResourceChange } from "./change";
import { formatPlan, markdownPlan } from "./format";
import { Host } from "./host";
import { exitCodeOf, makePlan, PlanArgs } from "./plan";
import { Resource, serviceOf } from "./state";

const identity = { project: "evenkeel", stack: "dev" };
const release = (id: string, revision: string, settings = "") =>
  `${id} app=${revision}:11111111 worker=0000000c:22222222${settings}`;
const host: Host = {
  cpus: 2,
  memoryMiB: 4000,
  freeMemoryMiB: 3000,
  takenPorts: new Map([[9090, "container grafana"]]),
};

const resource = (name: string, inputs: Resource["inputs"] = {}): Resource => ({
  ...{ kind: "Container", name, service: serviceOf(name) },
  inputs: { memory: 256, cpus: "0.5", ...inputs },
});

const change = (op: ResourceChange["op"], name: string, inputs: Resource["inputs"] = {}): ResourceChange => ({
  ...{ op, kind: "Container", name, service: serviceOf(name), differs: [] },
  ...{ before: resource(name).inputs, after: resource(name, inputs).inputs },
});

function planOf(changes: readonly ResourceChange[], more: Partial<PlanArgs> = {}) {
  const before = declaredFrom({
    releases: [release("0000aaaa", "0000000a")],
    replicas: 1,
    parts: { traefik: "00000001" },
  });
  return makePlan({
    ...{ identity, settings: readSettings({}), changes, before, after: before, history: [], host },
    resources: [resource("app-0000000a-1", { envs: ["LOG_LEVEL=info", "REDIS_URL=redis://a:secret@redis"] })],
    ...more,
  });
}

const roll = [change("create", "app-0000000b-1"), change("delete", "app-0000000a-1")];
const rolled = declaredFrom({ releases: [release("0000bbbb", "0000000b", " logLevel=debug")], replicas: 1 });

describe("a plan", () => {
  it("says that there is nothing to do", () => {
    const plan = planOf([]);
    expect([exitCodeOf(plan), formatPlan(plan)]).toEqual([0, "Plan for stack dev: nothing to do\n"]);
  });

  it("says why replicas roll, and shows no secret", () => {
    const plan = planOf(roll, { after: rolled });
    expect(exitCodeOf(plan)).toBe(2);
    const text = formatPlan(plan);
    expect(text).toContain("rolls: 1 replica, 0000000a -> 0000000b");
    expect(text).toContain("LOG_LEVEL info -> debug");
    expect(text + markdownPlan(plan) + JSON.stringify(plan)).not.toContain("secret@");
  });

  it("fits 80 columns, whatever it says", () => {
    const details = Array.from({ length: 30 }, (_, index) => change("create", `app-0000000b-${index + 1}`));
    const text = formatPlan(planOf([...details, ...roll], { after: rolled, host: new Error("no engine ".repeat(30)) }));
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("refuses what does not fit, with the numbers", () => {
    const big = planOf([change("create", "app-0000000a-2", { memory: 3000, cpus: "4", ports: [{ external: 9090 }] })]);
    expect(exitCodeOf(big)).toBe(3);
    expect(big.refusals.map(({ kind, what }) => [kind, what])).toEqual([
      ["does not fit", "memory: 3256 MiB at the peak of the change, 3000 of the host's 4000 MiB are free for it"],
      ["does not fit", "CPU: app-0000000a-2 has a limit of 4 cores, the host has 2: its engine refuses that"],
      ["does not fit", "port 9090: taken by container grafana"],
    ]);
  });

  it("refuses an interruption until exactly it is allowed", () => {
    const changes = [change("replace", "traefik")];
    const more = { resources: [resource("traefik")], after: declaredFrom({ parts: { traefik: "00000002" } }) };
    const plan = planOf(changes, more);
    expect([exitCodeOf(plan), plan.refusals[0]?.mend]).toEqual([
      3,
      expect.stringContaining("pulumi config set allowInterruption traefik-00000002"),
    ]);
    const settings = readSettings({ allowInterruption: "traefik-00000002" });
    const allowed = planOf(changes, { ...more, settings });
    expect([exitCodeOf(allowed), formatPlan(allowed)]).toEqual([2, expect.stringContaining("that was allowed")]);
  });

  it("says what it could not check where the engine is out of reach", () => {
    const plan = planOf(roll, { after: rolled, host: new Error("docker info: no such host\nmore") });
    expect([exitCodeOf(plan), plan.host]).toEqual([2, { checked: false, why: expect.any(String) as string }]);
    expect(formatPlan(plan)).toContain("not checked");
    expect(markdownPlan(plan)).toContain(
      "- not checked: memory, cores and ports of the host: docker info: no such host\n",
    );
  });

  it("lets nothing of a stranger's become markup in a comment", () => {
    const after = declaredFrom({ releases: [release("0000bbbb", "0000000b")], replicas: 1 });
    const envs = ["LOG_LEVEL=info | [x](http://x) @team <img> `a`\nb"];
    const text = markdownPlan(planOf(roll, { after, resources: [resource("app-0000000a-1", { envs })] }));
    const line = text.split("\n").find((one) => one.includes("LOG"))!;
    expect(line).toContain("info \\| \\[x\\](http://x) &#64;team &lt;img> \\`a\\` b");
  });
});
