import type { Container } from "./engine";
import { healthOf } from "./engine";
import { Memory } from "./memory";

const up: Container = { name: "one", state: "running", health: "healthy", address: "172.18.0.5" };
const answers = (answer?: string) => new Map([["one", answer]]);

describe("Memory", () => {
  it("counts looks without an answer in a row, and forgets them at the first answer", () => {
    const memory = new Memory();
    const failures = (answer?: string) => memory.observe([up], answers(answer))[0]!.failures;
    expect([failures(), failures(), failures("ready"), failures()]).toEqual([1, 2, 0, 1]);
  });

  it("remembers that a replica said it leaves, when it says nothing more", () => {
    const memory = new Memory();
    memory.observe([up], answers("draining"));
    expect(memory.observe([up], answers())[0]).toMatchObject({ phase: "draining", failures: 1 });
  });

  it("holds nothing of the process before against one that starts", () => {
    const memory = new Memory();
    memory.observe([up], answers("draining"));
    memory.observe([{ ...up, health: "starting" }], answers());
    expect(memory.observe([up], answers())[0]).toMatchObject({ phase: undefined, failures: 1 });
  });

  it("keeps the restarts of a replica as long as there is one", () => {
    const memory = new Memory();
    memory.restarted("one", 5);
    expect(memory.observe([up], answers("ready"))[0]!.restarts).toEqual([5]);
    memory.observe([], new Map());
    expect(memory.observe([up], answers("ready"))[0]!.restarts).toEqual([]);
  });

  it("says which replica has no address", () => {
    const [cut] = new Memory().observe([{ ...up, address: undefined }], answers());
    expect(cut!.reachable).toBe(false);
  });
});

describe("healthOf", () => {
  it.each([
    ["Up 2 seconds (health: starting)", "starting"],
    ["Up 3 minutes (healthy)", "healthy"],
    ["Up 3 minutes (unhealthy)", "unhealthy"],
    ["Up 4 hours (healthy) (Paused)", "healthy"],
    ["Up 4 hours (Paused)", "none"],
    ["Exited (137) 2 minutes ago", "none"],
  ])("reads %s as %s", (status, health) => {
    expect(healthOf(status)).toBe(health);
  });
});
