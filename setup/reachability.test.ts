import { Downloads } from "./reachability";

const urls = { pulumi: "https://get.pulumi.com/install.sh", registry: "https://registry-1.docker.io/v2/" };

/** A network in which only some addresses answer, with the status given. */
function network(answers: Record<string, number>) {
  const asked: string[] = [];
  const ask = async (url: string, accepts: (status: number) => boolean) => {
    asked.push(url);
    const status = answers[url];
    return status !== undefined && accepts(status);
  };
  return { asked, ask };
}

describe("whether the official downloads are used", () => {
  it("asks both services once, however often it is asked", async () => {
    const { ask, asked } = network({ [urls.pulumi]: 200, [urls.registry]: 401 });
    const downloads = new Downloads(undefined, ask);
    expect(await Promise.all([downloads.reachable(), downloads.reachable()])).toEqual([
      { pulumi: true, registry: true },
      { pulumi: true, registry: true },
    ]);
    expect(asked.sort()).toEqual(Object.values(urls).sort());
  });

  it("decides for each service by itself", async () => {
    const { ask } = network({ [urls.registry]: 200 });
    expect(await new Downloads(undefined, ask).reachable()).toEqual({ pulumi: false, registry: true });
  });

  it("takes a portal's page for no answer", async () => {
    const { ask } = network({ [urls.pulumi]: 302, [urls.registry]: 511 });
    expect(await new Downloads(undefined, ask).reachable()).toEqual({ pulumi: false, registry: false });
  });

  it.each([
    ["official", true],
    ["build", false],
  ])("asks nobody when EVENKEEL_DOWNLOADS is %s", async (forced, expected) => {
    const { ask, asked } = network({});
    expect(await new Downloads(forced, ask).reachable()).toEqual({ pulumi: expected, registry: expected });
    expect(asked).toEqual([]);
  });
});
