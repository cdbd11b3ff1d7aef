import { Identity } from "../../infra/identity";
import { SetupError } from "../../setup/errors";
import { DeclaredStack } from "./declared";
import { Finding } from "./finding";

/** The URNs of what is declared and not there, by which an update makes exactly that. */
export function missingUrns(missing: readonly Finding[], declared: DeclaredStack, identity: Identity): string[] {
  return missing.map((one) => {
    // A replica that the state has lost is named by its short name.
    const index = Number(/\d*$/.exec(one.object)![0]);
    return urnInState(one, declared) ?? replicaUrn(identity, declared, one.service as "app" | "worker", index);
  });
}

/** The URN of what a finding is about; undefined when the state does not have it. */
export function urnInState({ kind, object }: Finding, { containers, networks, volumes, images }: DeclaredStack) {
  const lists: Partial<Record<Finding["kind"], readonly { name: string; urn: string }[]>> = {
    network: networks,
    volume: volumes,
    "image-missing": images,
  };
  return (lists[kind] ?? containers).find(({ name }) => name === object)?.urn;
}

/** The URN of a replica of the deployed release, whether the state has it or not. @param index 1 is the first */
export function replicaUrn(
  { project, stack }: Identity,
  { outputs: { releases } }: DeclaredStack,
  service: "app" | "worker",
  index: number,
): string {
  const component = { app: "App", worker: "Worker" }[service];
  const types = [`evenkeel:infra:${component}`, "evenkeel:infra:ReplicatedService", "docker:index/container:Container"];
  const revision = deployedRelease(releases)[`${service}Revision`];
  return `urn:pulumi:${stack}::${project}::${types.join("$")}::${service}-${revision}-${index}`;
}

/** @throws SetupError when no update of the stack has ended well yet */
export function deployedRelease(releases: DeclaredStack["outputs"]["releases"]) {
  const [release] = releases;
  if (release) return release;
  throw new SetupError({
    action: "repair the stack",
    got: "no release in its state: no update ended well yet",
    needed: "a stack that was brought up",
    mend: "npm run up",
  });
}
