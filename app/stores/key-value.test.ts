import fc from "fast-check";
import { AppError } from "../errors";
import { checkKey, checkValue } from "./key-value";

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return (error as AppError).code;
  }
  return "accepted";
}

const allowed = [..."ABCXYZabcxyz0189._:-"];

test("keys of 1 to 128 allowed characters are taken as they are", () => {
  const keys = fc.array(fc.constantFrom(...allowed), { minLength: 1, maxLength: 128 }).map((list) => list.join(""));
  fc.assert(fc.property(keys, (key) => expect(checkKey(key)).toBe(key)));
});

test.each(["", "a".repeat(129), "a b", "a/b", "a\n", "ä", "a\0", undefined, null, ["a", "b"], { a: "b" }])(
  "%j is no key",
  (key) => expect(codeOf(() => checkKey(key))).toBe("invalid_key"),
);

test("a value is bounded by its bytes, not its characters", () => {
  expect(codeOf(() => checkValue("a".repeat(65536)))).toBe("accepted");
  expect(codeOf(() => checkValue("a".repeat(65537)))).toBe("value_too_large");
  expect(codeOf(() => checkValue("ä".repeat(32769)))).toBe("value_too_large");
  expect(codeOf(() => checkValue(""))).toBe("accepted");
  expect(codeOf(() => checkValue(undefined))).toBe("invalid_value");
  expect(codeOf(() => checkValue(["a", "b"]))).toBe("invalid_value");
});
