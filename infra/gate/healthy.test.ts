import { Failure } from "./failure";
import { untilHealthy } from "./healthy";
import { Replica } from "./replica";

const starting: Replica = {
  ...{
    name: "app-1",
    revision: "0000000b",
    status: "running",
    health: "starting",
    probe: "",
    restarts: 0,
    startedAt: "10:00",
    exitCode: 0,
  },
  ...{ outOfMemory: false, routed: true, addresses: ["10.0.0.2"] },
};
const healthy: Replica = { ...starting, health: "healthy" };
const crashed: Replica = { ...starting, restarts: 1, startedAt: "10:01", exitCode: 3, endedAt: "1700000000.000000001" };
const late: Replica = { ...starting, name: "app-2" };

/** Two replicas as the engine has them at one look after another; the last stays. */
function wait(bakes: boolean, ...looks: readonly (readonly Replica[])[]) {
  const left = [...looks];
  const look = () => {
    const now = left.length > 1 ? left.shift()! : left[0]!;
    return Promise.resolve(new Map(now.map((replica) => [replica.name, replica])));
  };
  const declared = ["app-1", "app-2"];
  return untilHealthy({ declared, readyTimeoutSeconds: 60, bakes }, look, { next: () => Promise.resolve() });
}

describe("replicas of which one crashes while another is not healthy yet", () => {
  it("are a bad release where they are to bake: the one that crashed had begun to serve", async () => {
    const result = await wait(true, [healthy, late], [crashed, late]);
    expect(result).toEqual(new Failure("app-1", "ended while it served, exit code 3", crashed.endedAt));
  });

  it("may go on where nothing bakes, and where it had not been healthy", async () => {
    const good = [
      { ...crashed, health: "healthy" },
      { ...late, health: "healthy" },
    ];
    const started = new Map([
      ["app-1", "10:01"],
      ["app-2", "10:00"],
    ]);
    expect(await wait(false, [healthy, late], [crashed, late], good)).toEqual(started);
    expect(await wait(true, [starting, late], [crashed, late], good)).toEqual(started);
  });
});
