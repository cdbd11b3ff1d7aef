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

  it("have clients enough for a stall and the slow requests: 10 s, or what 1,500 clients hold, or 1.5 s", () => {
    // 95 and 5/s for 10 s, and 1/s that takes 2 s.
    expect(plan({ rate: 100 }).kept!.preAllocatedVUs).toBe(952);
    expect(plan({ rate: 100 }).fresh!.preAllocatedVUs).toBe(51);
    // 95 % of 1,500, and 8/s that take 2 s.
    expect(plan({}).kept!.preAllocatedVUs).toBe(1441);
    // 1,900/s for 1.5 s, and 20/s that take 2 s.
    expect(plan({ rate: 2000 }).kept!.preAllocatedVUs).toBe(2890);
    expect(plan({ clients: 100 }).kept!.preAllocatedVUs).toBe(95);
  });

  it("leave out a kind of clients that has nothing to do", () => {
    expect(Object.keys(plan({ fresh: 0 }))).toEqual(["kept"]);
    expect(Object.keys(plan({ fresh: 1 }))).toEqual(["fresh"]);
  });
});
