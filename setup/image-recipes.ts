import { createHash } from "node:crypto";

import { versions } from "./versions";

/** A program that comes into a base image from somewhere else than Debian. */
export type ExtraProgram = "node" | "traefik";

/** A base image, with both ways to make it. */
export interface ImageRecipe {
  readonly name: "node" | "redis" | "haproxy" | "traefik";
  readonly version: string;
  /** The official image it is made of where a registry can be reached. */
  readonly official: string;
  /** Lines that make up for what the official image lacks. */
  readonly officialExtras?: readonly string[];
  /** Debian packages it is made of elsewhere, besides the common ones. */
  readonly packages: readonly string[];
  readonly extra?: ExtraProgram;
  readonly command: readonly string[];
  /** Prints the program's version. */
  readonly versionCommand: readonly string[];
}

/** In every built image. */
export const commonPackages = ["busybox-static", "ca-certificates", "tzdata", "netbase"] as const;

export const imagePath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const certificates = "/etc/ssl/certs/ca-certificates.crt";

export const imageRecipes: readonly ImageRecipe[] = [
  {
    name: "redis",
    version: versions.redis,
    official: `redis:${versions.redis}-bookworm`,
    packages: ["redis-server"],
    command: ["redis-server"],
    versionCommand: ["redis-server", "--version"],
  },
  {
    name: "haproxy",
    version: versions.haproxy,
    official: `haproxy:${versions.haproxy}`,
    packages: ["haproxy"],
    command: ["haproxy"],
    versionCommand: ["haproxy", "-v"],
  },
  {
    name: "node",
    version: versions.node,
    official: `node:${versions.node}-bookworm-slim`,
    // The slim image has no certificates; the load balancer's, which is pulled anyway, has.
    officialExtras: [`COPY --from=traefik:v${versions.traefik} ${certificates} ${certificates}`],
    packages: ["libc6", "libstdc++6", "libgcc-s1"],
    extra: "node",
    command: ["node"],
    versionCommand: ["node", "--version"],
  },
  {
    name: "traefik",
    version: versions.traefik,
    official: `traefik:v${versions.traefik}`,
    packages: [],
    extra: "traefik",
    command: ["traefik"],
    versionCommand: ["traefik", "version"],
  },
];

export function imageTag({ name, version }: ImageRecipe): string {
  return `evenkeel/${name}:${version}`;
}

/** The image that lends its static busybox. */
export const busyboxImage = `busybox:${versions.busybox}-musl`;

/** Pure: the images to pull before `officialDockerfile` can be built. */
export function officialImages(recipe: ImageRecipe): string[] {
  const borrowed = (recipe.officialExtras ?? []).flatMap((line) => /--from=(\S+)/.exec(line)?.[1] ?? []);
  return [recipe.official, busyboxImage, ...borrowed];
}

/** Pure: what both ways of making an image say about it. */
function settings(recipe: ImageRecipe): string[] {
  return [
    `ENV PATH=${imagePath}`,
    "WORKDIR /",
    "ENTRYPOINT []",
    `CMD ${JSON.stringify(recipe.command)}`,
    `LABEL evenkeel.base=${recipe.name}`,
  ];
}

/** Pure: the Dockerfile on top of the official image. Needs no context: it is fed to `docker build -`. */
export function officialDockerfile(recipe: ImageRecipe): string {
  const lines = [
    `FROM ${recipe.official}`,
    `COPY --from=${busyboxImage} /bin/busybox /usr/local/bin/busybox`,
    ...(recipe.officialExtras ?? []),
    // So that the image behaves like the built one: the program decides nothing that the stack does not set.
    "USER 0:0",
    "STOPSIGNAL SIGTERM",
    ...settings(recipe),
  ];
  return `${lines.join("\n")}\n`;
}

/** Pure: the changes for `docker import` of a built root folder. */
export function importChanges(recipe: ImageRecipe): string[] {
  return settings(recipe).flatMap((line) => ["--change", line]);
}

/** Pure: names a recipe's content, so that an image made from an older one is made again. */
export function recipeHash(recipe: ImageRecipe, way: "official" | "built", finish: string): string {
  const content = way === "official" ? officialDockerfile(recipe) : JSON.stringify([recipe, commonPackages, finish]);
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
