import { readSession } from "./session-cookie";

const id = "abcDEF0123456789_-wxyz";

test.each([`sid=${id}`, `a=b; sid=${id}`, `sid=${id}; a=b`, `sid=x; sid=${id}`, `a=b;sid=${id} ;c=d`])(
  "%j keeps its session",
  (header) => expect(readSession(header)).toEqual({ id }),
);

test.each([
  undefined,
  "",
  "sid=",
  "sid=short",
  `sid=${id}0`,
  `sid="${id}"`,
  `xsid=${id}`,
  `x=sid=${id}`,
  "sid=../../../../etc/passwd",
  "sid=%00%00%00%00%00%00%00",
  "sid=__proto__",
])("%j gets a new session and a cookie for it", (header) => {
  const session = readSession(header);
  expect(session.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(session.id).not.toBe(id);
  expect(session.setCookie).toBe(`sid=${session.id}; Path=/; HttpOnly; SameSite=Lax`);
  expect(readSession(`sid=${session.id}`)).toEqual({ id: session.id });
});

test("no two sessions share an id", () => {
  expect(new Set(Array.from({ length: 1000 }, () => readSession(undefined).id)).size).toBe(1000);
});
