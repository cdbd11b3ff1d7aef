import { SetupError } from "./errors";
import { decideRootAccess, Rights } from "./rights";

describe("acting as root", () => {
  it("needs nothing as root, sudo as another user, and fails without both", () => {
    expect(decideRootAccess({ uid: 0, sudoWithoutPassword: false })).toBe("root");
    expect(decideRootAccess({ uid: 1000, sudoWithoutPassword: true })).toBe("sudo");
    expect(decideRootAccess({ uid: 1000, sudoWithoutPassword: false })).toBe("none");
  });

  class Fixed extends Rights {
    constructor(private readonly fixed: "root" | "sudo" | "none") {
      super();
    }
    override rootAccess() {
      return Promise.resolve(this.fixed);
    }
  }
  const command = { file: "apt-get", args: ["update"], env: { HOME: "/root" } };

  it("leaves root's commands as they are", async () => {
    expect(await new Fixed("root").asRoot("install", command)).toEqual(command);
  });

  it("hands sudo the environment by name, for it drops the caller's", async () => {
    const { file, args } = await new Fixed("sudo").asRoot("install", command);
    expect([file, ...args]).toEqual(["sudo", "-n", "env", "HOME=/root", "apt-get", "update"]);
  });

  it("says who got what is needed", async () => {
    const failure = new Fixed("none").asRoot("install a Docker engine", command);
    await expect(failure).rejects.toThrow(SetupError);
    await expect(failure).rejects.toThrow(/cannot install a Docker engine[^]*needed: root, or sudo[^]*sudo -v/);
  });
});
