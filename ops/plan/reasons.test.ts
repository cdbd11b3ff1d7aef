import { reasonsFor } from "./reasons";

const labels = (values: Record<string, string>) => Object.entries(values).map(([label, value]) => ({ label, value }));

describe("why a container is made anew", () => {
  it("is each input that differs, in one order, with what differs in it", () => {
    const before = {
      inputs: {
        ...{ image: "evenkeel-dev-app:1", cpus: "0.5", memory: 256, memorySwap: 256, name: "a", user: "10001:10001" },
        healthcheck: { interval: "1s" },
        labels: labels({
          "evenkeel.revision": "1",
          "traefik.http.routers.app-0123abcd.rule": "x",
          "evenkeel.stack": "dev",
        }),
      },
      environment: { LOG_LEVEL: "info", GONE: "1" },
      sources: { "app/main.ts": "1", "npm:pino": "10.4.0", "base image": "node:20.1" },
    };
    const after = {
      inputs: {
        ...{ image: "evenkeel-dev-app:2", cpus: "0.6", memory: 512, memorySwap: 512, name: "b", user: "10001:10001" },
        healthcheck: { interval: "2s" },
        labels: labels({
          "evenkeel.revision": "2",
          "traefik.http.routers.app-89abcdef.rule": "y",
          "evenkeel.stack": "dev",
        }),
      },
      environment: { LOG_LEVEL: "debug" },
      sources: { "app/main.ts": "2", "app/new.ts": "1", "npm:pino": "10.5.0", "base image": "node:20.2" },
    };
    expect(reasonsFor(before, after)).toEqual([
      {
        input: "code",
        details: [
          "app/main.ts changed",
          "app/new.ts added",
          "base image node:20.1 -> node:20.2",
          "pino 10.4.0 -> 10.5.0",
        ],
      },
      { input: "environment", details: ["GONE 1 -> (none)", "LOG_LEVEL info -> debug"] },
      { input: "limits", details: ["cpus 0.5 -> 0.6", "memory 256 -> 512"] },
      { input: "labels", details: ["traefik.http.routers.app.rule x -> y"] },
      { input: "health check", details: ['healthcheck {"interval":"1s"} -> {"interval":"2s"}'] },
    ]);
  });

  it("is nothing when only names and the hashes in them differ", () => {
    const side = (hash: string) => ({
      inputs: {
        name: `app-${hash}-1`,
        labels: labels({ [`traefik.http.routers.app-${hash}.service`]: `app-${hash}` }),
      },
      environment: { A: "1" },
    });
    expect(reasonsFor(side("0123abcd"), side("89abcdef"))).toEqual([]);
  });

  it("is the code, without its files, where the state does not tell what an image was made of", () => {
    const reasons = reasonsFor(
      { inputs: { image: "a" }, sources: {} },
      { inputs: { image: "b" }, sources: { x: "1" } },
    );
    expect(reasons).toEqual([{ input: "code", details: [] }]);
  });
});
