import { versions } from "./versions";

/** A program that can be built from its Go module. Its folder here holds go.mod and go.sum. */
export interface GoProgram {
  /** Folder below setup/go. */
  readonly folder: string;
  /** What people call it. */
  readonly title: string;
  /** The package to compile. */
  readonly package: string;
  /** Variables set at link time. */
  readonly variables: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  /** Whether upstream.json names a module that is copied below the folder, so that a file can be added to it. */
  readonly upstream?: boolean;
}

const pulumiVersion = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

export const pulumiCli: GoProgram = {
  folder: "pulumi",
  title: "Pulumi CLI",
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  variables: { [pulumiVersion]: `v${versions.pulumi}` },
};

export const languageHost: GoProgram = {
  folder: "language-nodejs",
  title: "Pulumi Node.js host",
  package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  variables: { [pulumiVersion]: `v${versions.pulumiLanguageNodejs}` },
  upstream: true,
};

export const dockerProvider: GoProgram = {
  folder: "provider-docker",
  title: "docker plugin",
  package: ".",
  variables: { "main.version": versions.pulumiDocker },
  tags: ["no_compose"],
  upstream: true,
};

export const randomProvider: GoProgram = {
  folder: "provider-random",
  title: "random plugin",
  package: ".",
  variables: { "main.version": versions.pulumiRandom },
  upstream: true,
};

export const traefik: GoProgram = {
  folder: "traefik",
  title: "Traefik",
  package: "github.com/traefik/traefik/v3/cmd/traefik",
  variables: {
    "github.com/traefik/traefik/v3/pkg/version.Version": versions.traefik,
    "github.com/traefik/traefik/v3/pkg/version.Codename": "evenkeel",
  },
};

/** Asked for by `npm run load` and the tests only. */
export const k6: GoProgram = { folder: "k6", title: "load generator k6", package: "go.k6.io/k6", variables: {} };

/** Asked for by the tests of the workflows only. */
export const actionlint: GoProgram = {
  folder: "actionlint",
  title: "actionlint",
  package: "github.com/rhysd/actionlint/cmd/actionlint",
  variables: {},
};

export const goPrograms = [
  ...[pulumiCli, languageHost, dockerProvider, randomProvider, traefik],
  ...[k6, actionlint],
] as const;

/** Pure: the arguments of `go` that compile a program into `output`. */
export function goBuildArguments(program: GoProgram, output: string): string[] {
  const variables = Object.entries(program.variables).map(([name, value]) => `-X ${name}=${value}`);
  return [
    ...["build", "-v", "-mod=readonly", "-trimpath", "-buildvcs=false"],
    ...(program.tags ? ["-tags", program.tags.join(",")] : []),
    ...["-ldflags", ["-s -w", ...variables].join(" ")],
    ...["-o", output, program.package],
  ];
}
