import lock from "../package-lock.json";
import { missingPackages } from "./complete-lock.cjs";

describe("package-lock.json", () => {
  // `npm ci` refuses a lock file without the optional packages of other platforms; npm leaves out those that a registry lacks.
  it("is complete, or: node setup/complete-lock.cjs", () => {
    expect(missingPackages(lock.packages)).toEqual({});
  });

  it("names no registry", () => {
    expect(Object.values(lock.packages).filter((entry) => "resolved" in entry)).toEqual([]);
  });

  it("has a checksum for every package of the platforms that are built for", () => {
    const without = Object.entries(lock.packages).filter(([name, entry]) => name !== "" && !("integrity" in entry));
    expect(without.filter(([name]) => /linux-(x64|arm64)/.test(name))).toEqual([]);
    expect(without.filter(([, entry]) => !("optional" in entry))).toEqual([]);
  });

  it("finds packages as Node.js does: beside the one that asks, or further up", () => {
    const asks = { optionalDependencies: { "@a/b-win32-x64": "^1.0.0" } };
    const found = { "node_modules/a": asks, "node_modules/a/node_modules/@a/b-win32-x64": {} };
    expect(missingPackages(found)).toEqual({});
    expect(missingPackages({ "node_modules/x/node_modules/a": asks, "node_modules/@a/b-win32-x64": {} })).toEqual({});
    expect(missingPackages({ "node_modules/a": asks })).toEqual({
      "node_modules/@a/b-win32-x64": { version: "1.0.0", cpu: ["x64"], optional: true, os: ["win32"] },
    });
  });
});
