import { observeSpace, requireSpace } from "./disk";
import { SetupError } from "./errors";

const gib = 1024 ** 3;
const need = (folder: string, size: number) => ({ folder, bytes: size * gib, holds: "things" });

describe("space for building", () => {
  it("is enough when each file system holds all that will lie on it", () => {
    expect(() =>
      requireSpace([
        { needs: [need("/home", 1), need("/cache", 2)], free: 3 * gib },
        { needs: [need("/docker", 1)], free: 1 * gib },
      ]),
    ).not.toThrow();
  });

  it("says which folders share the file system that is too small, what is free and what is needed", () => {
    const act = () => requireSpace([{ needs: [need("/home", 1), need("/cache", 2)], free: 2.5 * gib }]);
    expect(act).toThrow(SetupError);
    expect(act).toThrow(/2\.5 GiB free where \/home \(things\), \/cache \(things\) will lie/);
    expect(act).toThrow(/needed: 3\.0 GiB free/);
  });

  it("is looked up where the folder will be made, once for each file system", async () => {
    const seen = await observeSpace([need("/", 1), need("/not/made/yet", 1)]);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.needs.map(({ folder }) => folder)).toEqual(["/", "/not/made/yet"]);
    expect(seen[0]?.free).toBeGreaterThan(0);
  });
});
