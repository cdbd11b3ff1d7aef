import { interruptionsOf, refusedInterruptions, requireAllowed } from "./interruption";
import { SettingsError } from "./settings-error";

const before = { redis: "0000000a", traefik: "0000000b" };

describe("an interruption", () => {
  it("is the change of a part there can be one only of, and of nothing else", () => {
    expect(interruptionsOf(before, { ...before })).toEqual([]);
    expect(interruptionsOf({}, { redis: "0000000a", traefik: "0000000b" })).toEqual([]);
    expect(interruptionsOf(before, { ...before, traefik: "0000000c" })).toEqual([
      expect.objectContaining({ part: "traefik", token: "traefik-0000000c", seconds: 3 }),
    ]);
  });

  it("is refused before anything is touched, with what it is, how long, and the word that allows it", () => {
    const both = interruptionsOf(before, { redis: "0000000c", traefik: "0000000d" });
    expect(() => requireAllowed(both, "")).toThrow(SettingsError);
    const message = refusedInterruptions(both, "redis-0000000c")!;
    expect(message).toContain("  - traefik: the load balancer is stopped and started");
    expect(message).toContain("about 3 s");
    expect(message).not.toContain("  - redis:");
    expect(message).toContain("pulumi config set allowInterruption redis-0000000c,traefik-0000000d");
  });

  it("is allowed by its own token alone: a word given for an earlier change holds no longer", () => {
    const change = interruptionsOf(before, { ...before, redis: "0000000c" });
    expect(refusedInterruptions(change, "redis-0000000c")).toBeUndefined();
    expect(refusedInterruptions(change, "traefik-0000000d, redis-0000000c")).toBeUndefined();
    expect(refusedInterruptions(change, "redis-0000000a")).toBeDefined();
    expect(refusedInterruptions([], "")).toBeUndefined();
  });
});
