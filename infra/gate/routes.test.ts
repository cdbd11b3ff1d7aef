import { readRoutes } from "./routes";

describe("what the load balancer routes to", () => {
  it("is every server of the engine's services, with its own check's word where there is one", () => {
    const services = [
      {
        provider: "docker",
        serverStatus: { "http://172.18.0.4:3000": "UP", "http://172.18.0.5:3000": "DOWN" },
        loadBalancer: {
          servers: [
            { url: "http://172.18.0.4:3000" },
            { url: "http://172.18.0.5:3000" },
            { url: "http://172.18.0.6:3000" },
          ],
        },
      },
      { provider: "internal" },
      { provider: "docker" },
    ];
    expect(readRoutes(JSON.stringify(services))).toEqual([
      { address: "172.18.0.4", up: true },
      { address: "172.18.0.5", up: false },
      { address: "172.18.0.6", up: true },
    ]);
  });
});
