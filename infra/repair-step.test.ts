import { readRepairStep, writeRepairStep } from "./repair-step";

describe("a step of a repair", () => {
  it("travels through the environment as it is, and nothing else is taken for one", () => {
    const step = { release: "0123abcd", spares: { app: 1, worker: 0 } };
    expect(readRepairStep(writeRepairStep(step))).toEqual(step);
    expect(readRepairStep(undefined)).toBeUndefined();
    expect(readRepairStep("")).toBeUndefined();
    expect(() => readRepairStep("0123abcd")).toThrow('EVENKEEL_REPAIR: got "0123abcd"');
  });
});
