import { checkOptions } from "./options";
import { Arrivals, periodOf, scenariosOf } from "./plan";

const plan = (options: object) =>
  scenariosOf(checkOptions({ url: "http://127.0.0.1", rate: 800, ...options })).arrivals as Record<string, Arrivals>;

describe("the arrivals of a load", () => {
  it("add up to the rate, at even intervals", () => {
    const { kept, fresh } = plan({});
    expect([kept!.rate, fresh!.rate, kept!.timeUnit]).toEqual([76_000, 4_000, "100s"]);
    expect([periodOf(kept!), periodOf(fresh!)]).toEqual([1.315789, 25]);
  });

  it("have clients enough for a stall of 1.5 s and the slow requests", () => {
    // 760/s for 1.5 s, and 8 a second that take 2 s: 1140 + 16.
    expect(plan({}).kept!.preAllocatedVUs).toBe(1156);
    expect(plan({ clients: 100 }).kept!.preAllocatedVUs).toBe(95);
  });

  it("leave out a kind of clients that has nothing to do", () => {
    expect(Object.keys(plan({ fresh: 0 }))).toEqual(["kept"]);
    expect(Object.keys(plan({ fresh: 1 }))).toEqual(["fresh"]);
  });
});
