import { appSpec } from "../../infra/app-spec";
import { Settings } from "../../infra/config";
import { Declared } from "../../infra/declared";
import { Identity } from "../../infra/identity";
import { Interruption, interruptionsOf, Part } from "../../infra/interruption";
import { replicaEnvironment } from "../../infra/replica-spec";
import { Sources } from "../../infra/sources";
import { workerSpec } from "../../infra/worker-spec";
import { readEnvironmentLines } from "../environment-lines";
import { Inputs, ResourceChange } from "./change";
import { EarlierUpdate, ExpectedDuration, expectedDuration } from "./duration";
import { Fit, judgeFit } from "./fit";
import { footprintOf, FootprintPlan } from "./footprint";
import { Host } from "./host";
import { ContainerSide, Reason, reasonsFor } from "./reasons";
import { Refusal } from "./refusal";
import { replicaOf, Resource, Service, services } from "./state";
import { decideVerdict, ServicePlan } from "./verdict";

/** What an update would do to the people who are served, and to the host. */
export interface Plan {
  readonly stack: string;
  /** Resources that would be created, updated, replaced or deleted. */
  readonly changes: number;
  readonly services: readonly ServicePlan[];
  readonly footprint: FootprintPlan;
  /** What the host has; why it is not known, where the engine could not be asked. */
  readonly host: { readonly checked: true; readonly fit: Fit } | { readonly checked: false; readonly why: string };
  readonly duration: ExpectedDuration;
  /** Why the update should not be made as it is. */
  readonly refusals: readonly Refusal[];
}

export interface PlanArgs {
  readonly identity: Identity;
  readonly settings: Settings;
  /** What the state has. */
  readonly resources: readonly Resource[];
  /** What a preview would change. */
  readonly changes: readonly ResourceChange[];
  readonly before: Declared;
  /** What the outputs would be after the update. */
  readonly after: Declared;
  readonly history: readonly EarlierUpdate[];
  /** What the host has; an error where it could not be asked. */
  readonly host: Host | Error;
}

/** Makes a plan of what is known. Pure: it asks nobody. */
export function makePlan(args: PlanArgs): Plan {
  const { identity, settings, resources, changes, before, after, host, history } = args;
  const allowed = settings.allowInterruption.split(",").map((token) => token.trim());
  const interruptions = interruptionsOf(before.parts, after.parts as Readonly<Record<Part, string>>).map((one) => ({
    ...one,
    allowed: allowed.includes(one.token),
  }));
  const planned = services.map((service) =>
    decideVerdict({
      service,
      resources: resources.filter((item) => item.service === service),
      changes: changes.filter((item) => item.service === service),
      why: whyOf(service, args),
      interruptions,
    }),
  );
  const { replicas, workerReplicas, maxSurge } = settings;
  const footprint = footprintOf({ resources, changes, counts: { replicas, workerReplicas, maxSurge } });
  const fit = host instanceof Error ? undefined : judgeFit(footprint, host);
  return {
    stack: identity.stack,
    changes: changes.length,
    services: planned,
    footprint,
    host: fit ? { checked: true, fit } : { checked: false, why: (host as Error).message },
    duration: expectedDuration(workOf(planned, settings), history, identity.project),
    refusals: [...refusals(planned, interruptions), ...(fit?.problems ?? [])],
  };
}

/** Exit code of `npm run plan`: 0 nothing to do, 2 changes, 3 refused. */
export function exitCodeOf({ changes, refusals }: Plan): number {
  if (refusals.length > 0) return 3;
  return changes > 0 ? 2 : 0;
}

function refusals(
  planned: readonly ServicePlan[],
  interruptions: readonly (Interruption & { allowed: boolean })[],
): Refusal[] {
  const tokens = interruptions.map(({ token }) => token).join(",");
  return planned.flatMap(({ service, verdict, effect, interruption }): Refusal[] => {
    if (verdict === "deletes data") {
      const mend = "keep the data: find out which change asks for it (pulumi preview --diff), and take it back";
      return [{ kind: "deletes data", what: `${service}: ${effect}`, mend }];
    }
    if (verdict !== "interrupts" || interruption?.allowed) return [];
    const mend = interruption?.token
      ? `pulumi config set allowInterruption ${tokens}   (holds for this change only)`
      : "pulumi preview --diff   (says which change asks for it)";
    return [{ kind: "interrupts", what: `${service}: ${effect}`, mend }];
  });
}

function workOf(planned: readonly ServicePlan[], settings: Settings) {
  const count = (op: keyof ServicePlan["containers"]) =>
    planned.reduce((sum, { containers }) => sum + containers[op].length, 0);
  return {
    created: count("create"),
    removed: count("delete"),
    rolls: planned.some(({ verdict, replicas }) => verdict === "rolls" && replicas.now > 0),
    replaced: count("replace"),
    settings,
  };
}

/** Why a service's containers are made anew: one that leaves beside one that comes. */
function whyOf(service: Service, args: PlanArgs): Reason[] {
  const { resources, changes } = args;
  const comes = changes.find((item) => item.service === service && item.kind === "Container" && item.op !== "delete");
  if (comes === undefined) return [];
  const replica = replicaOf(comes.name);
  const stays = resources.filter(({ kind, service: of }) => kind === "Container" && of === service);
  const leaves = replica
    ? stays.find(({ name }) => replicaOf(name)?.revision !== replica.revision)
    : stays.find(({ name }) => name === comes.name);
  if (leaves === undefined) return [];
  return reasonsFor(sideBefore(leaves, args), sideAfter(comes, args));
}

/** Variables that every replica has of its own. */
const own = new Set(["REVISION", "INSTANCE"]);

function sideBefore({ service, inputs }: Resource, args: PlanArgs): ContainerSide {
  const environment = variablesOf(inputs, specOf(service, args)?.secretNames ?? []);
  return { inputs, environment, sources: sourcesOfImage(inputs, args) };
}

function sideAfter({ service, after }: ResourceChange, args: PlanArgs): ContainerSide {
  // A replica's variables are secret in a preview, all of them, because some are.
  const environment = specOf(service, args)?.environment ?? variablesOf(after, []);
  return { inputs: after, environment, sources: sourcesOfImage(after, args) };
}

/** The variables of a container, but for those that every replica has of its own and `but`. */
function variablesOf({ envs }: Inputs, but: readonly string[]): Record<string, string> | undefined {
  if (envs === undefined) return undefined;
  const entries = Object.entries(readEnvironmentLines(envs as readonly string[]));
  return Object.fromEntries(entries.filter(([name]) => !own.has(name) && !but.includes(name)));
}

/** The variables a replica of the release that comes has: its secret ones by name only. */
function specOf(
  service: string,
  { identity, after }: PlanArgs,
): { environment: Readonly<Record<string, string>>; secretNames: readonly string[] } | undefined {
  const [release] = after.releases;
  if (release === undefined || (service !== "app" && service !== "worker")) return undefined;
  const spec = service === "app" ? appSpec(identity, release) : workerSpec(identity, release);
  return { environment: replicaEnvironment(spec), secretNames: Object.keys(spec.secrets) };
}

/** What the image of a container was made of: the state, or the preview, has it beside the image. */
function sourcesOfImage({ image }: Inputs, { resources, changes }: PlanArgs): Sources | undefined {
  const sides: Inputs[] = [...resources.map(({ inputs }) => inputs), ...changes.map(({ after }) => after)];
  const found = sides.find((inputs) => inputs.name === image && inputs.triggers !== undefined);
  return found?.triggers as Sources | undefined;
}
