import * as pulumi from "@pulumi/pulumi";

import { App } from "./components/app";
import { DockerSocket } from "./components/docker-socket";
import { Network } from "./components/network";
import { Redis } from "./components/redis";
import { Traefik } from "./components/traefik";
import { Worker } from "./components/worker";
import { Settings } from "./config";
import { engineOf } from "./engine";
import { Identity } from "./identity";

export interface StackArgs {
  readonly identity: Identity;
  readonly settings: Settings;
  /** The engine's address, as `docker:host` or DOCKER_HOST give it. @default the local engine */
  readonly engineHost?: string;
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
}

/** Composes one stack: network, Redis, the load balancer with its view of the engine, the app and the worker. */
export function createStack({ identity, settings, engineHost }: StackArgs): StackOutputs {
  const engine = engineOf(engineHost);
  const network = new Network("network", { identity });
  const redis = new Redis("redis", { identity, network });
  const dockerSocket = new DockerSocket("docker-socket", { identity, socketPath: engine.socketPath });
  const dashboardPort = settings.dashboard ? settings.dashboardPort : undefined;
  new Traefik("traefik", { identity, network, dockerSocket, httpPort: settings.httpPort, dashboardPort });
  const app = new App("app", { identity, network, redis, settings });
  const worker = new Worker("worker", { identity, network, redis, settings });
  return {
    url: `http://${engine.hostname}:${settings.httpPort}`,
    dashboardUrl: dashboardPort === undefined ? null : `http://127.0.0.1:${dashboardPort}/dashboard/`,
    replicas: settings.replicas,
    workerReplicas: settings.workerReplicas,
    appRevision: app.revision,
    workerRevision: worker.revision,
    networkName: network.networkName,
  };
}
