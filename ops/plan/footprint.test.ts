import fc from "fast-check";

import { ResourceChange } from "./change";
import { footprintOf } from "./footprint";
import { Resource, serviceOf } from "./state";

const container = (name: string, memory: number, more: object = {}): Resource => ({
  ...{ kind: "Container", name, service: serviceOf(name) },
  inputs: { memory, cpus: "0.5", ...more },
});

const changed = (op: ResourceChange["op"], resource: Resource): ResourceChange => ({
  ...{ op, kind: resource.kind, name: resource.name, service: resource.service, differs: [] },
  before: op === "create" ? {} : resource.inputs,
  after: op === "delete" ? {} : resource.inputs,
});

const replicas = (service: string, revision: string, count: number, memory: number) =>
  Array.from({ length: count }, (_, index) => container(`${service}-${revision}-${index + 1}`, memory));

const redis = container("redis", 100);

describe("what a change needs of its host", () => {
  it("is, at the peak of a roll, old replicas and new ones side by side", () => {
    const old = replicas("app", "0000000a", 3, 200);
    const changes = [
      ...replicas("app", "0000000b", 2, 300).map((one) => changed("create", one)),
      ...old.map((one) => changed("delete", one)),
    ];
    const counts = { replicas: 2, workerReplicas: 0, maxSurge: 100 };
    expect(footprintOf({ resources: [redis, ...old], changes, counts })).toMatchObject({
      now: { memoryMiB: 700, cpus: 2 },
      peak: { memoryMiB: 1300, cpus: 3 },
      then: { memoryMiB: 700, cpus: 1.5 },
    });
  });

  it("counts what is replaced in place once, with its larger side, and names the ports that are new", () => {
    const traefik = (memory: number, external: number) => container("traefik", memory, { ports: [{ external }] });
    const changes = [{ ...changed("replace", traefik(300, 9090)), before: traefik(500, 8080).inputs }];
    const counts = { replicas: 0, workerReplicas: 0, maxSurge: 100 };
    const { now, peak, then, newPorts } = footprintOf({ resources: [traefik(500, 8080)], changes, counts });
    expect([now.memoryMiB, peak.memoryMiB, then.memoryMiB, newPorts]).toEqual([500, 500, 300, [9090]]);
  });

  it("is the same without a change, and nothing without a stack", () => {
    const counts = { replicas: 1, workerReplicas: 1, maxSurge: 1 };
    const plan = footprintOf({ resources: [redis, ...replicas("app", "0000000a", 1, 200)], changes: [], counts });
    expect([plan.now, plan.peak, plan.then]).toEqual(Array(3).fill({ memoryMiB: 300, cpus: 1 }));
    expect(footprintOf({ resources: [], changes: [], counts }).peak).toEqual({ memoryMiB: 0, cpus: 0 });
  });

  it("stays within maxSurge in batches: no more than that many new replicas beside as many as there were", () => {
    const size = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(size, size, size, (now, then, maxSurge) => {
        const old = replicas("app", "0000000a", now, 1);
        const changes = [
          ...replicas("app", "0000000b", then, 1).map((one) => changed("create", one)),
          ...old.map((one) => changed("delete", one)),
        ];
        const counts = { replicas: then, workerReplicas: 0, maxSurge };
        const { peak } = footprintOf({ resources: old, changes, counts });
        expect(peak.memoryMiB).toBeLessThanOrEqual(Math.max(now, then) + Math.min(maxSurge, then));
        expect(peak.memoryMiB).toBeGreaterThanOrEqual(Math.max(now, then));
      }),
    );
  });
});
