import { choosePackages } from "./apt";

describe("packages to install", () => {
  it("include those of newer releases only where they exist", () => {
    expect(choosePackages(["docker.io", "iptables"], ["docker-cli"], new Set(["docker-cli"]))).toEqual([
      "docker.io",
      "iptables",
      "docker-cli",
    ]);
    expect(choosePackages(["docker.io", "iptables"], ["docker-cli"], new Set())).toEqual(["docker.io", "iptables"]);
  });
});
