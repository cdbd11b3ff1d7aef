import { Docker } from "../../infra/docker";
import { Route, routesOf } from "../../infra/gate/routes";
import { dockerName, Identity } from "../../infra/identity";
import { observeContainers, ObservedContainer } from "../observed";

/** What a container of an image has without being told. */
export interface ImageDefaults {
  readonly environment: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
}

/** What there is of a stack at a moment. */
export interface ObservedStack {
  readonly containers: readonly ObservedContainer[];
  /** By the id of an image that a container was made from; without those that are gone. */
  readonly images: ReadonlyMap<string, ImageDefaults>;
  /** What each image's name means now: name -> id. Every image of the engine. */
  readonly tags: ReadonlyMap<string, string>;
  /** Every image of the engine, also one without a name. */
  readonly imageIds: ReadonlySet<string>;
  /** Every network of the engine, by Docker name. */
  readonly networks: ReadonlyMap<string, { readonly id: string; readonly internal: boolean }>;
  /** Docker names of all volumes of the engine. */
  readonly volumes: ReadonlySet<string>;
  /** Where the load balancer sends requests; undefined when it does not say. */
  readonly routes: readonly Route[] | undefined;
  /** Docker names of those Redis containers that obey without a password. */
  readonly openRedis: ReadonlySet<string>;
}

/** Looks at everything of a stack once. @throws Error when the engine does not answer */
export async function observeStack(docker: Docker, identity: Identity): Promise<ObservedStack> {
  const [containers, tags, networks, volumes, routes] = await Promise.all([
    observeContainers(docker, identity),
    lines(docker, "image", "ls", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}}\t{{.ID}}"),
    lines(docker, "network", "ls", "--no-trunc", "--format", "{{.Name}}\t{{.ID}}\t{{.Internal}}"),
    lines(docker, "volume", "ls", "--format", "{{.Name}}"),
    // A load balancer that is away is a finding of its own.
    routesOf(docker, dockerName(identity, "traefik")).catch(() => undefined),
  ]);
  return {
    containers,
    images: await defaultsOf(docker, [...new Set(containers.map(({ imageId }) => imageId))]),
    tags: new Map(tags.map(([name, id]) => [name!, id!])),
    imageIds: new Set(tags.map(([, id]) => id!)),
    networks: new Map(networks.map(([name, id, internal]) => [name!, { id: id!, internal: internal === "true" }])),
    volumes: new Set(volumes.map(([name]) => name!)),
    routes,
    openRedis: await openRedisOf(docker, containers),
  };
}

async function lines(docker: Docker, ...args: string[]): Promise<string[][]> {
  const text = await docker.run(...args);
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t"));
}

interface InspectedImage {
  readonly Id: string;
  readonly Config: {
    readonly Env: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly User: string;
    readonly Cmd: readonly string[] | null;
    readonly Entrypoint: readonly string[] | null;
  };
}

async function defaultsOf(docker: Docker, ids: readonly string[]): Promise<ObservedStack["images"]> {
  // One by one: an image that was removed by force under its containers makes the command fail for all.
  const texts = await Promise.all(ids.map((id) => docker.run("image", "inspect", id).catch(() => "[]")));
  const images = texts.flatMap((text) => JSON.parse(text) as InspectedImage[]);
  return new Map(
    images.map(({ Id, Config: { Env, Labels, User, Cmd, Entrypoint } }) => [
      Id,
      { environment: Env ?? [], labels: Labels ?? {}, user: User, command: Cmd ?? [], entrypoint: Entrypoint ?? [] },
    ]),
  );
}

/** Asks each Redis as somebody would who has no password: what has one answers NOAUTH. */
async function openRedisOf(docker: Docker, containers: readonly ObservedContainer[]): Promise<Set<string>> {
  const running = containers.filter(({ service, state }) => service === "redis" && state === "running");
  const answers = await Promise.all(
    running.map(({ id }) => docker.run("exec", id, "redis-cli", "ping").catch(() => "no answer")),
  );
  return new Set(running.filter((_, index) => answers[index]!.trim() === "PONG").map(({ name }) => name));
}
