import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { Identity, labelsOf } from "./identity";
import { revisionOf } from "./revision";
import { baseImageSource, Sources } from "./sources";

/** A file's text, or its hash and a way to it where the text is long. */
export type ImageFile = string | { readonly sha256: string; text(): string };

export interface ImageContentArgs {
  readonly identity: Identity;
  /** The service it is for: part of its name and a label. */
  readonly service: string;
  /** The image it is made from. */
  readonly from: string;
  /** What is added to it: path inside the image, without a leading slash -> content. */
  readonly files: Readonly<Record<string, ImageFile>>;
  /** What a container of it runs, as an exec form. */
  readonly command: readonly string[];
  /** What its files were made of; two that were made of different sources may well be the same. @default nothing is known */
  readonly sources?: Sources;
}

/** All that is in an image, and the hash of it. */
export interface ImageContent {
  /** The image's tag: known in a preview, and the same content is never built twice. */
  readonly hash: string;
  /** The build context: the Dockerfile and what it adds. */
  readonly context: Readonly<Record<string, ImageFile>>;
  /** What it was made of, for people: in no hash. */
  readonly sources: Sources;
}

export function imageContent(args: ImageContentArgs): ImageContent {
  const dockerfile = dockerfileOf(args);
  const files = Object.entries(args.files).map(([path, file]) => [path, typeof file === "string" ? file : file.sha256]);
  return {
    hash: revisionOf({ dockerfile, files: Object.fromEntries(files) as Record<string, string> }),
    context: { ...args.files, Dockerfile: dockerfile },
    sources: { ...args.sources, [baseImageSource]: args.from },
  };
}

export interface BuiltImageArgs {
  readonly identity: Identity;
  readonly service: string;
  /** What to build. @default nothing: every image of `kept` was built before */
  readonly content?: ImageContent;
  /** Hashes of earlier images that stay on the engine, so that going back to one needs no build. @default none */
  readonly kept?: readonly string[];
}

/**
 * A service's images on the engine that `docker:host` names (a remote one too: the files travel as the build's
 * context, nothing is mounted): the one to run and those that can be gone back to.
 */
export class BuiltImage extends pulumi.ComponentResource {
  constructor(name: string, args: BuiltImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:BuiltImage", name, {}, opts);
    const { identity, service, content, kept = [] } = args;
    if (content) writeContext(contextFolder(service, content.hash), content.context);
    for (const hash of new Set([...(content ? [content.hash] : []), ...kept])) {
      new docker.RemoteImage(
        `${name}-${hash}`,
        {
          name: imageName(identity, service, hash),
          // "Legacy" is BuildKit through the engine's own API. The other way goes by the docker command's context and DOCKER_HOST, so
          // with \`docker:host\` it built on this machine's engine, and the stack's had no image.
          build: { context: contextFolder(service, hash), forceRemove: true, useLegacyBuilder: true },
          // The one map of an image that stays in the state: by it a plan names the files that make the next one different.
          triggers: hash === content?.hash ? { ...content.sources } : {},
        },
        // The content is in the name. Where the context lay on the machine that built it is nobody's difference, nor are
        // sources that came to the same content.
        { parent: this, ignoreChanges: ["build", "triggers"] },
      );
    }
    this.registerOutputs({});
  }
}

/** `<project>-<stack>-<service>:<content hash>`: a plain value, there in a preview too. */
export function imageName(identity: Identity, service: string, hash: string): string {
  return `${repositoryOf(identity, service)}:${hash}`;
}

/** An image repository's name has narrower rules than a container's: lower case, single separators. */
export function repositoryOf({ project, stack }: Identity, service: string): string {
  return [project, stack, service].map((part) => part.toLowerCase().replace(/[^a-z0-9]+/g, "-")).join("-");
}

export function dockerfileOf({ identity, service, from, files, command }: ImageContentArgs): string {
  const labels = Object.entries(labelsOf(identity, service)).map(
    ([key, value]) => `LABEL ${key}=${JSON.stringify(value)}`,
  );
  const copies = Object.keys(files).map((path) => `COPY ${path} /${path}`);
  return [`FROM ${from}`, ...labels, ...copies, `CMD ${JSON.stringify(command)}`, ""].join("\n");
}

/** Where a build context lies: out of git, an absolute path. */
function contextFolder(service: string, hash: string): string {
  return join(__dirname, "..", ".evenkeel", "context", service, hash);
}

/** Writes a build context, whole or not at all. One that is there has the same content: its hash is in its name. */
function writeContext(folder: string, files: Readonly<Record<string, ImageFile>>): void {
  if (Object.keys(files).every((file) => existsSync(join(folder, file)))) return;
  const draft = `${folder}.${process.pid}`;
  for (const [path, file] of Object.entries(files)) {
    const target = join(draft, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, typeof file === "string" ? file : file.text());
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
}
