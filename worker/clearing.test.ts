import { Clearing } from "./clearing";

test("the first job, each hundredth after it, and the first after a second clear away", () => {
  let now = 0;
  const clearing = new Clearing(() => now);
  const due = (jobs: number) => Array.from({ length: jobs }, () => clearing.isDue()).filter(Boolean).length;
  expect(due(1)).toBe(1);
  expect(due(99)).toBe(0);
  expect(due(1)).toBe(1);
  expect(due(1000)).toBe(10);
  now += 999;
  expect(due(1)).toBe(0);
  now += 1;
  expect(due(2)).toBe(1);
});
