import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { Identity, labelsOf } from "./identity";
import { revisionOf } from "./revision";

export interface BuiltImageArgs {
  readonly identity: Identity;
  /** The service it is for: part of its name and a label. */
  readonly service: string;
  /** The image it is made from. */
  readonly from: string;
  /** What is added to it: path inside the image, without a leading slash -> content. */
  readonly files: Readonly<Record<string, string>>;
  /** What a container of it runs, as an exec form. */
  readonly command: readonly string[];
}

/**
 * An image made from a base image and a few files, on the engine that `docker:host` names (a remote one too: the
 * files travel as the build's context, nothing is mounted). Its tag is a hash of all that is in it, so its name is
 * known in a preview and the same content is never built twice.
 */
export class BuiltImage extends pulumi.ComponentResource {
  /** `<project>-<stack>-<service>:<content hash>`: a plain value, there in a preview too. */
  readonly imageName: string;

  constructor(name: string, args: BuiltImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:BuiltImage", name, {}, opts);
    const dockerfile = dockerfileOf(args);
    const hash = revisionOf({ dockerfile, files: args.files });
    this.imageName = `${repositoryOf(args.identity, args.service)}:${hash}`;
    const context = writeContext(join(args.service, hash), { ...args.files, Dockerfile: dockerfile });
    new docker.RemoteImage(
      `${name}-${hash}`,
      { name: this.imageName, build: { context, forceRemove: true } },
      // The content is in the name; where the context lay on the machine that built it is nobody's difference.
      { parent: this, ignoreChanges: ["build"] },
    );
    this.registerOutputs({ imageName: this.imageName });
  }
}

/** An image repository's name has narrower rules than a container's: lower case, single separators. */
export function repositoryOf({ project, stack }: Identity, service: string): string {
  return [project, stack, service].map((part) => part.toLowerCase().replace(/[^a-z0-9]+/g, "-")).join("-");
}

export function dockerfileOf({ identity, service, from, files, command }: BuiltImageArgs): string {
  const labels = Object.entries(labelsOf(identity, service)).map(
    ([key, value]) => `LABEL ${key}=${JSON.stringify(value)}`,
  );
  const copies = Object.keys(files).map((path) => `COPY ${path} /${path}`);
  return [`FROM ${from}`, ...labels, ...copies, `CMD ${JSON.stringify(command)}`, ""].join("\n");
}

/** Writes a build context under `.evenkeel/context` (out of git), whole or not at all; returns its absolute path. */
function writeContext(path: string, files: Readonly<Record<string, string>>): string {
  const folder = join(__dirname, "..", ".evenkeel", "context", path);
  const draft = `${folder}.${process.pid}`;
  for (const [file, content] of Object.entries(files)) {
    const target = join(draft, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
  return folder;
}
