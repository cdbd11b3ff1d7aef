import fc from "fast-check";
import { SessionCookies } from "./session-cookie";

const cookies = new SessionCookies({ secret: "s".repeat(32) });
const begin = (from = cookies) => {
  const { id, setCookie } = from.read(undefined);
  return { id, setCookie: setCookie!, pair: setCookie!.split(";")[0]! };
};
const { id, pair } = begin();

test.each([pair, `a=b; ${pair}`, `${pair}; a=b`, `sid=x; ${pair}`, `a=b;${pair} ;c=d`, `${begin().pair}x; ${pair}`])(
  "%j keeps its session",
  (header) => {
    expect(cookies.read(header)).toEqual({ id });
    expect(cookies.read(header)).toEqual({ id }); // From memory.
  },
);

test.each([
  undefined,
  "",
  "sid=",
  "sid=short",
  `sid=${id}`,
  `sid=${id}.`,
  `${pair}0`,
  `x${pair}`,
  `x=${pair}`,
  `sid="${pair.slice(4)}"`,
  `sid=${id}.${"A".repeat(43)}`,
  "sid=../../../../etc/passwd",
  "sid=%00%00%00%00%00%00%00",
  "sid=__proto__",
  `sid=${"x".repeat(100_000)}`,
])("%j gets a new session and a cookie for it", (header) => {
  const session = cookies.read(header);
  expect(session.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(session.id).not.toBe(id);
  expect(session.setCookie).toMatch(/^sid=[\w-]{22}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  expect(cookies.read(session.setCookie!.split(";")[0])).toEqual({ id: session.id });
});

test("a cookie of one replica is good for another with the same secret, and for none with another", () => {
  expect(new SessionCookies({ secret: "s".repeat(32) }).read(pair)).toEqual({ id });
  expect(new SessionCookies({ secret: "t".repeat(32) }).read(pair).id).not.toBe(id);
});

test("behind TLS the cookie is for TLS only", () => {
  const { setCookie } = begin(new SessionCookies({ secret: "s".repeat(32), secure: true }));
  expect(setCookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
});

test("one changed character anywhere makes a forgery", () => {
  const value = pair.slice("sid=".length);
  const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  fc.assert(
    fc.property(fc.nat(value.length - 1), fc.constantFrom(...characters), (at, character) => {
      fc.pre(value[at] !== "." && value[at] !== character);
      const forged = value.slice(0, at) + character + value.slice(at + 1);
      const session = cookies.read(`sid=${forged}`);
      expect(session.setCookie).toBeDefined();
      expect(forged).not.toContain(session.id);
    }),
    { numRuns: 1000 },
  );
});

test("whatever the header, there is a session: its own only for a cookie we signed", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.string().map((text) => `sid=${text}`),
      ),
      (header) => {
        const session = cookies.read(header);
        expect(session.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
        expect(session.setCookie).toContain(`sid=${session.id}.`);
      },
    ),
    { numRuns: 1000 },
  );
});

test("a header full of forgeries costs four signatures, not thousands", () => {
  const header = Array.from({ length: 2000 }, () => `sid=${id}.${"B".repeat(43)}`).join(";");
  const session = cookies.read(`${header}; ${pair}`);
  expect(session.setCookie).toBeDefined();
});

test("what it remembers is bounded, and forgetting costs nobody the session", () => {
  const many = Array.from({ length: 6000 }, () => begin());
  for (const session of many) {
    expect(cookies.read(session.pair)).toEqual({ id: session.id });
  }
  expect(cookies.read(many[0]!.pair)).toEqual({ id: many[0]!.id });
});

test("no two sessions share an id", () => {
  expect(new Set(Array.from({ length: 1000 }, () => begin().id)).size).toBe(1000);
});
