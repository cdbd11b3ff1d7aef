import { askRegistry, Downloads } from "./reachability";

/** Services of which only some answer. */
function services(answers: { pulumi?: boolean; registry?: boolean }) {
  const asked: string[] = [];
  const ask = (name: "pulumi" | "registry") => async () => {
    asked.push(name);
    return answers[name] === true;
  };
  return { asked, asks: { pulumi: ask("pulumi"), registry: ask("registry") } };
}

describe("whether the official downloads are used", () => {
  it("asks both services once, however often it is asked", async () => {
    const { asks, asked } = services({ pulumi: true, registry: true });
    const downloads = new Downloads(undefined, asks);
    expect(await Promise.all([downloads.reachable(), downloads.reachable()])).toEqual([
      { pulumi: true, registry: true },
      { pulumi: true, registry: true },
    ]);
    expect(asked.sort()).toEqual(["pulumi", "registry"]);
  });

  it("decides for each service by itself", async () => {
    const { asks } = services({ registry: true });
    expect(await new Downloads(undefined, asks).reachable()).toEqual({ pulumi: false, registry: true });
  });

  it.each([
    ["official", true],
    ["build", false],
  ])("asks nobody when EVENKEEL_DOWNLOADS is %s", async (forced, expected) => {
    const { asks, asked } = services({});
    expect(await new Downloads(forced, asks).reachable()).toEqual({ pulumi: expected, registry: expected });
    expect(asked).toEqual([]);
  });
});

describe("whether the engine can pull", () => {
  const shell = (script: string) => ({ file: "sh", args: ["-c", script] });

  it("takes the engine's word that the registry told it of the image, without waiting for the image", async () => {
    expect(await askRegistry(shell("echo 1.0: Pulling from library/busybox; exec sleep 60"))).toBe(true);
  });

  it("takes an error, and silence, for a no", async () => {
    expect(await askRegistry(shell("echo no such host >&2; exit 1"))).toBe(false);
    expect(await askRegistry({ file: "no-such-command", args: [] })).toBe(false);
  });
});
