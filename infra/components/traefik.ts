import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { balancerPorts } from "../balancer-ports";
import { baseImages } from "../base-images";
import { baseline } from "../baseline";
import { replaceFailedCreate } from "../failed-create";
import { dockerName, Identity, labelList, labelsOf, networksOf } from "../identity";
import { revisionOf } from "../revision";
import { timing } from "../timing";
import { DockerSocket } from "./docker-socket";
import { Network } from "./network";

/** What makes one load balancer different from another. */
export interface TraefikShape {
  readonly identity: Identity;
  /** Host port of the entry point, on every address. */
  readonly httpPort: number;
  /** Host port of the dashboard, on 127.0.0.1 only. @default no dashboard */
  readonly dashboardPort?: number;
}

export interface TraefikArgs extends TraefikShape {
  readonly network: Network;
  readonly dockerSocket: DockerSocket;
}

const limits = { cpus: 2, memoryMiB: 1024 };

/**
 * Its collector lets the heap grow to twice what is in use, unless it knows what there is. Without this, clients that queue up while
 * the replicas are short of CPU had it killed at its limit, and everyone cut off (docs/design.md, "Overload").
 */
const heapTarget = `${Math.floor(limits.memoryMiB * 0.75)}MiB`;

/**
 * Lines of its access log that may wait. Without, each request waits until its line is written, and all stand still while the engine
 * does not read them (docs/design.md, "The engine stands still"). A line that waits takes 15 KB.
 */
const waitingLines = 20_000;

/** The load balancer: finds the replicas of its stack by their labels and gives each request to a healthy one. */
export class Traefik extends pulumi.ComponentResource {
  constructor(name: string, args: TraefikArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:Traefik", name, {}, opts);
    const { identity, network, dockerSocket } = args;
    new docker.Container(
      name,
      {
        ...shapeOf(args),
        name: dockerName(identity, "traefik"),
        mounts: [{ type: "volume", source: dockerSocket.volumeName, target: "/run/evenkeel" }],
        networksAdvanced: [{ name: network.edge, aliases: ["traefik"] }],
        labels: labelList(labelsOf(identity, "traefik", traefikRevision(args))),
      },
      { parent: this, dependsOn: [network, dockerSocket], ...replaceFailedCreate },
    );
    this.registerOutputs({});
  }
}

/** Short hash of all that makes this load balancer another one. */
export function traefikRevision(args: TraefikShape): string {
  return revisionOf(shapeOf(args));
}

function shapeOf(args: TraefikShape) {
  return {
    image: baseImages.traefik,
    entrypoints: ["traefik"],
    command: staticConfiguration(args),
    envs: [`GOMEMLIMIT=${heapTarget}`],
    user: "10001:10001",
    // A host with one core is a host too.
    ...baseline(limits, "quota"),
    ports: publishedPorts(args),
    healthcheck: {
      tests: ["CMD", "busybox", "wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${balancerPorts.ping}/ping`],
      interval: "2s",
      timeout: "3s",
      retries: 5,
      startPeriod: "30s",
    },
    destroyGraceSeconds: 15,
    wait: true,
    waitTimeout: 60,
  };
}

function publishedPorts({ httpPort, dashboardPort }: TraefikShape) {
  const web = { internal: balancerPorts.web, external: httpPort };
  return dashboardPort === undefined
    ? [web]
    : [web, { internal: balancerPorts.api, external: dashboardPort, ip: "127.0.0.1" }];
}

/** Traefik's static configuration as arguments. Times are reasoned in docs/design.md, "Drain". */
function staticConfiguration({ identity, dashboardPort }: TraefikShape): string[] {
  const mine = (key: string, value: string) => `Label(\`${key}\`,\`${value}\`)`;
  const constraints = [mine("evenkeel.project", identity.project), mine("evenkeel.stack", identity.stack)].join(" && ");
  return [
    "--global.checknewversion=false",
    "--global.sendanonymoususage=false",
    "--log.level=INFO",
    "--log.format=json",
    `--entrypoints.web.address=:${balancerPorts.web}`,
    `--entrypoints.ping.address=:${balancerPorts.ping}`,
    "--ping.entrypoint=ping",
    "--providers.docker.endpoint=unix:///run/evenkeel/docker.sock",
    "--providers.docker.exposedbydefault=false",
    `--providers.docker.network=${networksOf(identity).edge}`,
    `--providers.docker.constraints=${constraints}`,
    `--providers.providersthrottleduration=${timing.balancerThrottle * 1000}ms`,
    // A replica that died without a word: find out in half a second, not in the default 30.
    "--serverstransport.forwardingtimeouts.dialtimeout=500ms",
    // Which replica answered what: the gate counts a new revision's 5xx by it. No path and no header, so no secret.
    "--accesslog=true",
    "--accesslog.format=json",
    `--accesslog.bufferingsize=${waitingLines}`,
    "--accesslog.fields.defaultmode=drop",
    ...["ServiceAddr", "DownstreamStatus", "RequestMethod", "Duration"].map(
      (field) => `--accesslog.fields.names.${field}=keep`,
    ),
    // Which replicas it routes to is asked inside its container (`npm run status`, `npm run drift`); the dashboard is the same server.
    "--api.insecure=true",
    `--entrypoints.traefik.address=${dashboardPort === undefined ? "127.0.0.1" : ""}:${balancerPorts.api}`,
  ];
}
