import { Deadlines } from "./deadlines";

let expired: string[];
let deadlines: Deadlines<string>;

beforeEach(() => {
  jest.useFakeTimers();
  expired = [];
  deadlines = new Deadlines(1000, (item) => void expired.push(item));
});
afterEach(() => jest.useRealTimers());

test("each expires when its own time is up, once", () => {
  deadlines.begin("a");
  jest.advanceTimersByTime(600);
  deadlines.begin("b");
  jest.advanceTimersByTime(399);
  expect(expired).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(expired).toEqual(["a"]);
  jest.advanceTimersByTime(599);
  expect(expired).toEqual(["a"]);
  jest.advanceTimersByTime(1);
  expect(expired).toEqual(["a", "b"]);
  jest.advanceTimersByTime(10_000);
  expect(expired).toEqual(["a", "b"]);
});

test("what ended in time never expires, and one timer serves all", () => {
  for (let n = 0; n < 100; n++) {
    deadlines.begin(`${n}`);
    deadlines.end(`${n}`);
  }
  deadlines.begin("held");
  expect(jest.getTimerCount()).toBe(1);
  jest.advanceTimersByTime(1000);
  expect(expired).toEqual(["held"]);
  expect(jest.getTimerCount()).toBe(0);
});
