import { Attempt } from "./attempt";
import { LockRenewal, LostLockError } from "./lock-renewal";

const lockMs = 1000;
let inHand: Attempt[];
let extended: unknown[];
let errors: Error[];
let answer: (ids: string[]) => Promise<string[]>;
let renewal: LockRenewal;

const attemptOf = (id: string) => new Attempt({ id, token: `token ${id}`, name: "sleep", opts: {} });
const reasonOf = (attempt: Attempt) => attempt.signal.reason as unknown;

beforeEach(() => {
  jest.useFakeTimers();
  [inHand, extended, errors, answer] = [[], [], [], async () => []];
  renewal = new LockRenewal({
    lockMs,
    inHand: () => inHand,
    extend: (...args) => {
      extended.push(args);
      return answer(args[0]);
    },
    onError: (error) => errors.push(error),
  });
});
afterEach(() => {
  renewal.stop();
  jest.useRealTimers();
});

test("a lock is renewed before a half of it is over, again and again, and a short job's never", async () => {
  await jest.advanceTimersByTimeAsync(240);
  inHand = [attemptOf("1"), attemptOf("short")];
  await jest.advanceTimersByTimeAsync(250);
  inHand.pop();
  expect(extended).toEqual([]);
  await jest.advanceTimersByTimeAsync(250);
  expect(extended).toEqual([[["1"], ["token 1"], lockMs]]);
  await jest.advanceTimersByTimeAsync(1000);
  expect(extended).toHaveLength(5);
});

test("an attempt whose lock is lost ends, the others go on", async () => {
  const [lost, kept] = [attemptOf("1"), attemptOf("2")];
  inHand = [lost, kept];
  answer = async () => ["1"];
  await jest.advanceTimersByTimeAsync(500);
  expect(reasonOf(lost)).toBeInstanceOf(LostLockError);
  expect(kept.signal.aborted).toBe(false);
});

test("what is lost while Redis is asked is the attempt that was asked for, and not the job's next one", async () => {
  const [older, newer] = [attemptOf("1"), attemptOf("1")];
  inHand = [older];
  let reply: (ids: string[]) => void = () => undefined;
  answer = () => new Promise((resolve) => (reply = resolve));
  await jest.advanceTimersByTimeAsync(5000);
  expect(extended).toHaveLength(1);
  inHand = [newer];
  reply(["1"]);
  await jest.advanceTimersByTimeAsync(0);
  expect(reasonOf(older)).toBeInstanceOf(LostLockError);
  expect(newer.signal.aborted).toBe(false);
});

test("a renewal that fails is told and tried again; after a stop nothing is renewed", async () => {
  inHand = [attemptOf("1")];
  answer = async () => Promise.reject(new Error("no"));
  await jest.advanceTimersByTimeAsync(750);
  expect(errors).toEqual([new Error("no"), new Error("no")]);
  renewal.stop();
  await jest.advanceTimersByTimeAsync(5000);
  expect(extended).toHaveLength(2);
});
