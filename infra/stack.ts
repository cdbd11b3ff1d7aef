import * as pulumi from "@pulumi/pulumi";

import { App } from "./components/app";
import { DockerSocket } from "./components/docker-socket";
import { Healer } from "./components/healer";
import { Network } from "./components/network";
import { Redis, redisRevision } from "./components/redis";
import { Traefik, traefikRevision } from "./components/traefik";
import { Worker } from "./components/worker";
import { Settings } from "./config";
import { Declared, nothingDeclared } from "./declared";
import { engineOf } from "./engine";
import { Pace } from "./gate/pace";
import { GateRequest } from "./gate/request";
import { Identity } from "./identity";
import { interruptionsOf, Part, refusedInterruptions, requireAllowed } from "./interruption";
import { writeRelease } from "./release";
import { RepairStep } from "./repair-step";
import { planReplicas } from "./replica-plan";
import { requireSurge, RollStep } from "./roll";

export interface StackArgs {
  readonly identity: Identity;
  readonly settings: Settings;
  /** The engine's address, as `docker:host` or DOCKER_HOST give it. @default the local engine */
  readonly engineHost?: string;
  /** What the update before declared. @default nothing */
  readonly declared?: Declared;
  /** One step of a roll in batches. @default the whole roll at once */
  readonly roll?: RollStep;
  /** One step of a repair. @default none: the code and settings as they are */
  readonly repair?: RepairStep;
  /** Settles when replicas are good, and ends the update when they are not. @default every replica is */
  readonly gate?: (request: GateRequest) => Promise<void>;
  /** Says when a new replica may start. @default all at once */
  readonly pace?: Pace;
}

/** What a stack tells the outside: `pulumi stack output`. */
export interface StackOutputs {
  readonly url: string;
  /** null when the dashboard is off. */
  readonly dashboardUrl: string | null;
  readonly replicas: number;
  readonly workerReplicas: number;
  readonly appRevision: string;
  readonly workerRevision: string;
  readonly networkName: pulumi.Output<string>;
  /** The releases the stack can go back to, a line each, the one it runs first. */
  readonly releases: pulumi.Output<readonly string[]>;
  /** Revision of each part that can't be changed without an interruption. */
  readonly parts: Readonly<Record<Part, string>>;
}

/**
 * Composes one stack: network, Redis, the load balancer with its view of the engine, the app, the worker and their
 * healer.
 *
 * @throws SettingsError before the first resource, when the change is one the settings do not allow
 */
export function createStack(args: StackArgs): StackOutputs {
  const { identity, settings, engineHost, declared = nothingDeclared } = args;
  const engine = engineOf(engineHost);
  const dashboardPort = settings.dashboard ? settings.dashboardPort : undefined;
  const edge = { identity, httpPort: settings.httpPort, dashboardPort };
  const parts = { redis: redisRevision(), traefik: traefikRevision(edge) };
  requireUninterrupted(declared, parts, settings.allowInterruption);
  const plan = planReplicas(identity, settings, declared, args.roll, args.repair);
  if (!pulumi.runtime.isDryRun()) requireSurge(declared, plan.release, settings, args.roll);

  const network = new Network("network", { identity });
  const redis = new Redis("redis", { identity, network });
  const dockerSocket = new DockerSocket("docker-socket", {
    identity,
    socketPath: engine.socketPath,
    restarts: settings.heal,
  });
  new Traefik("traefik", { ...edge, network, dockerSocket });
  const common = { identity, network, redis, gate: args.gate, pace: args.pace, policy: plan.policy };
  const app = new App("app", { ...common, ...plan.app });
  const worker = new Worker("worker", { ...common, ...plan.worker });
  const good = pulumi.all([app.good, worker.good]);
  if (settings.heal) new Healer("healer", { identity, dockerSocket, network, settings });
  return {
    url: `http://${engine.hostname}:${settings.httpPort}`,
    dashboardUrl: dashboardPort === undefined ? null : `http://127.0.0.1:${dashboardPort}/dashboard/`,
    replicas: plan.counts.app,
    workerReplicas: plan.counts.worker,
    appRevision: plan.release.appRevision,
    workerRevision: plan.release.workerRevision,
    networkName: network.networkName,
    // What was declared is written down when, and only when, it is good.
    releases: good.apply(() => plan.releases.map(writeRelease)),
    parts,
  };
}

/** A preview tells of an interruption; an update needs the person's word for it, before the first resource. */
function requireUninterrupted(declared: Declared, parts: Record<Part, string>, allowed: string): void {
  const interruptions = interruptionsOf(declared.parts, parts);
  if (!pulumi.runtime.isDryRun()) return requireAllowed(interruptions, allowed);
  const message = refusedInterruptions(interruptions, allowed);
  if (message) void pulumi.log.warn(message);
}
