import { routingLabels } from "./routing";

const args = { service: "app", port: 3000, network: "p-s-edge", strategy: "round-robin", sticky: false } as const;

/** The name all of a set of labels route by. */
function idOf(labels: Record<string, string>): string {
  const [id] = Object.keys(labels).flatMap(
    (key) => /^traefik\.http\.routers\.([^.]+)\.rule$/.exec(key)?.slice(1) ?? [],
  );
  return id!;
}

describe("routingLabels", () => {
  it("routes everything of the web entry point to the replica's port, with retries and an active check", () => {
    const labels = routingLabels(args);
    const id = idOf(labels);
    expect(labels).toMatchObject({
      "traefik.enable": "true",
      "traefik.docker.network": "p-s-edge",
      [`traefik.http.routers.${id}.rule`]: "PathPrefix(`/`)",
      [`traefik.http.routers.${id}.entrypoints`]: "web",
      [`traefik.http.routers.${id}.service`]: id,
      [`traefik.http.routers.${id}.middlewares`]: `${id}-retry`,
      [`traefik.http.middlewares.${id}-retry.retry.attempts`]: "12",
      [`traefik.http.middlewares.${id}-retry.retry.initialinterval`]: "50ms",
      [`traefik.http.middlewares.${id}-retry.retry.status`]: "502,504",
      [`traefik.http.middlewares.${id}-retry.retry.maxrequestbodybytes`]: "16384",
      [`traefik.http.services.${id}.loadbalancer.server.port`]: "3000",
      [`traefik.http.services.${id}.loadbalancer.strategy`]: "wrr",
      [`traefik.http.services.${id}.loadbalancer.healthcheck.path`]: "/healthz",
      [`traefik.http.services.${id}.loadbalancer.healthcheck.interval`]: "2s",
      [`traefik.http.services.${id}.loadbalancer.healthcheck.timeout`]: "3s",
      [`traefik.http.services.${id}.loadbalancer.healthcheck.unhealthyinterval`]: "500ms",
    });
  });

  it("reads an upload before it sends it on, as large as the app takes one", () => {
    const labels = routingLabels(args);
    const id = idOf(labels);
    const mine = Object.entries(labels).filter(([key]) => key.includes("-uploads"));
    expect(Object.fromEntries(mine)).toEqual({
      [`traefik.http.routers.${id}-uploads.rule`]: "Method(`PUT`)",
      [`traefik.http.routers.${id}-uploads.priority`]: "500",
      [`traefik.http.routers.${id}-uploads.entrypoints`]: "web",
      [`traefik.http.routers.${id}-uploads.service`]: id,
      [`traefik.http.routers.${id}-uploads.middlewares`]: `${id}-uploads-retry`,
      [`traefik.http.middlewares.${id}-uploads-retry.retry.attempts`]: "12",
      [`traefik.http.middlewares.${id}-uploads-retry.retry.initialinterval`]: "50ms",
      [`traefik.http.middlewares.${id}-uploads-retry.retry.status`]: "502,504",
      [`traefik.http.middlewares.${id}-uploads-retry.retry.maxrequestbodybytes`]: "131072",
    });
    expect(Object.keys(labels).filter((key) => key.startsWith("traefik.http.routers.")).length).toBe(9);
  });

  it("repeats what a replica broke off only where that is safe", () => {
    const labels = routingLabels({ ...args, onlyOnce: ["/enqueue", "/pay"] });
    const id = idOf(labels);
    expect(labels).toMatchObject({
      [`traefik.http.routers.${id}-once.rule`]: "Path(`/enqueue`) || Path(`/pay`)",
      [`traefik.http.routers.${id}-once.priority`]: "1000",
      [`traefik.http.routers.${id}-once.entrypoints`]: "web",
      [`traefik.http.routers.${id}-once.service`]: id,
      [`traefik.http.routers.${id}-once.middlewares`]: `${id}-once-retry`,
      [`traefik.http.middlewares.${id}-once-retry.retry.attempts`]: "12",
    });
    expect(labels).not.toHaveProperty([`traefik.http.middlewares.${id}-once-retry.retry.status`]);
  });

  it("gives two different routings two names, so that Traefik drops neither while both are there", () => {
    const ids = [args, { ...args, sticky: true }, { ...args, strategy: "least-time" } as const].map((item) =>
      idOf(routingLabels(item)),
    );
    expect(new Set(ids).size).toBe(3);
    expect(idOf(routingLabels({ ...args }))).toBe(ids[0]);
  });

  it.each([
    ["round-robin", "wrr"],
    ["power-of-two-choices", "p2c"],
    ["least-time", "leasttime"],
  ] as const)("asks Traefik for %s as %s", (strategy, balancer) => {
    const labels = routingLabels({ ...args, strategy });
    expect(labels[`traefik.http.services.${idOf(labels)}.loadbalancer.strategy`]).toBe(balancer);
  });

  it("sets a cookie that scripts cannot read when sticky", () => {
    const labels = routingLabels({ ...args, sticky: true });
    const prefix = `traefik.http.services.${idOf(labels)}.loadbalancer.sticky.cookie`;
    expect([labels[`${prefix}.name`], labels[`${prefix}.httponly`]]).toEqual(["replica", "true"]);
  });
});
