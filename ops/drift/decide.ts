import { Identity } from "../../infra/identity";
import { replicatedServices } from "../../infra/replicated-services";
import { DeclaredContainer, DeclaredStack } from "./declared";
import { counterpart, isRouted, isWell } from "./find";
import { Finding } from "./finding";
import { decideGroup } from "./groups";
import { DockerCommand, inPlaceCommands } from "./in-place";
import { Look } from "./look";
import { ObservedStack } from "./observe";
import { missingUrns, replicaUrn, urnInState } from "./urns";

/** The next thing a repair does: docker commands, one after the other, then an update of the state's resources that are named. */
export interface RepairAction {
  /** For a person. */
  readonly title: string;
  readonly commands: readonly DockerCommand[];
  /** Resources that a Pulumi update makes or removes, by URN; none for no update. */
  readonly targets: readonly string[];
  readonly spares: Spares;
  /** Docker names of what it restarts. */
  readonly restarts: readonly string[];
}

/** What a repair may do. */
export interface RepairRules {
  /** Whether what serves everyone may be stopped and made anew. */
  readonly allowInterruption: boolean;
  /** Docker names of what this repair has restarted already: where that did not help, another time will not. */
  readonly restarted: ReadonlySet<string>;
  /** Commands this repair has run already: one that changed nothing must not keep it from the rest. */
  readonly done: ReadonlySet<string>;
}

/** Replicas of each service that are there beside the declared ones. */
type Spares = Readonly<Record<"app" | "worker", number>>;

/**
 * Pure: the next step on the way from what was found to what is declared; undefined when nothing is left that may be repaired.
 * A look comes after each step, so a repair that is interrupted anywhere goes on from what it left.
 *
 * The order: what needs no new container; what is missing; the parts there is one of; replicas that
 * answer nobody; replicas to be made anew, group by group; what has no place here; and last the replica that stood in.
 */
export function decideRepair(look: Look, identity: Identity, rules: RepairRules): RepairAction | undefined {
  const { declared, observed } = look;
  const findings = permitted(look.findings, rules.allowInterruption);
  const spares = sparesIn(findings);
  const remade = objectsWith(findings, "remake");
  const step = (title: string, commands: readonly DockerCommand[], targets: readonly string[] = []): RepairAction => ({
    ...{ title, commands, targets, spares, restarts: [] },
  });

  const inPlace = inPlaceCommands(findings, declared, observed, remade).filter((one) => !rules.done.has(one.join(" ")));
  if (inPlace.length > 0) return step("bring back what needs no new container", inPlace);

  const all = findings.filter(({ remedy }) => remedy === "create");
  const known = all.filter((one) => urnInState(one, declared) !== undefined);
  // A refresh can only be told of what the state has; what it has lost is made in an update of its own.
  const missing = known.length > 0 ? known : all;
  if (missing.length > 0) {
    const names = missing.map(({ object }) => object).join(", ");
    return step(`make what is missing: ${names}`, [], missingUrns(missing, declared, identity));
  }

  const replace = (names: readonly string[]) =>
    step(
      `make anew: ${names.join(", ")}`,
      removal(names, declared, observed),
      names.map((name) => declared.containers.find((container) => container.name === name)!.urn),
    );
  const single = [...remade].find((name) => !isReplica(serviceOf(name, declared)));
  if (single !== undefined) return replace([single]);

  const silent = [...objectsWith(findings, "restart")].filter(
    (name) => !remade.has(name) && !rules.restarted.has(name),
  );
  if (silent.length > 0) {
    const { command } = inTime("restart", silent, declared, observed);
    return { ...step(`restart ${silent.join(", ")}`, [command]), restarts: silent };
  }

  for (const service of replicatedServices) {
    const decision = decideGroup(replicasOf(service, look, remade), countOf(service, declared));
    if (decision.action === "replace") return replace(decision.names);
    if (decision.action === "add spare") {
      const more = { ...spares, [service]: spares[service] + 1 };
      const urn = replicaUrn(identity, declared, service, countOf(service, declared) + more[service]);
      return { ...step(`put a spare ${service} replica beside those there are`, [], [urn]), spares: more };
    }
  }

  const foreign = observed.containers.filter(({ name }) => objectsWith(findings, "remove").has(name));
  if (foreign.length > 0) {
    const graceSeconds = Math.max(10, ...declared.containers.map(({ stopGraceSeconds }) => stopGraceSeconds));
    const ids = foreign.map(({ id }) => id);
    return step(`remove ${foreign.map(({ name }) => name).join(", ")}`, [
      ["stop", "--time", String(graceSeconds), ...ids],
      ["rm", "--force", ...ids],
    ]);
  }

  const leaving = objectsWith(findings, "remove spare");
  if (leaving.size > 0) {
    const urns = declared.containers.filter(({ name }) => leaving.has(name)).map(({ urn }) => urn);
    return { ...step("remove the spare replica", [], urns), spares: { app: 0, worker: 0 } };
  }
  return undefined;
}

/** What may be repaired now. Replicas that are unwell wait for a Redis that may not be touched: without it none becomes well. */
function permitted(all: readonly Finding[], allowInterruption: boolean): Finding[] {
  if (allowInterruption) return [...all];
  const redisWaits = all.some(({ service, interrupts }) => service === "redis" && interrupts !== undefined);
  const unwell = all.some(({ service, kind }) => isReplica(service) && kind === "unhealthy");
  return all.filter(
    ({ service, remedy, interrupts }) =>
      interrupts === undefined &&
      !(redisWaits && unwell && isReplica(service) && (remedy === "restart" || remedy === "remake")),
  );
}

function objectsWith(findings: readonly Finding[], remedy: Finding["remedy"]): Set<string> {
  return new Set(findings.filter((one) => one.remedy === remedy).map(({ object }) => object));
}

function sparesIn(findings: readonly Finding[]): Spares {
  const of = (service: string) => findings.filter((one) => one.kind === "spare" && one.service === service).length;
  return { app: of("app"), worker: of("worker") };
}

const isReplica = (service: string) => service === "app" || service === "worker";

const serviceOf = (name: string, { containers }: DeclaredStack) =>
  containers.find((container) => container.name === name)?.service ?? "";

const countOf = (service: "app" | "worker", { outputs }: DeclaredStack) =>
  ({ app: outputs.replicas, worker: outputs.workerReplicas })[service];

function replicasOf(service: string, { declared, observed }: Look, remade: ReadonlySet<string>) {
  return declared.containers
    .filter((container) => container.service === service)
    .map((container) => ({
      name: container.name,
      serves: serves(container, observed),
      drifted: remade.has(container.name),
    }));
}

function serves(container: DeclaredContainer, observed: ObservedStack): boolean {
  const found = counterpart(container, observed);
  if (!found || !isWell(found)) return false;
  return container.service !== "app" || observed.routes === undefined || isRouted(container, found, observed);
}

/** Stops, or stops and starts, containers in their own time, side by side: a replica drains. */
function inTime(
  command: "stop" | "restart",
  names: readonly string[],
  declared: DeclaredStack,
  observed: ObservedStack,
): { command: DockerCommand; ids: string[] } {
  const containers = declared.containers.filter(({ name }) => names.includes(name));
  const grace = Math.max(...containers.map(({ stopGraceSeconds }) => stopGraceSeconds));
  const ids = containers.map((container) => counterpart(container, observed)!.id);
  return { command: [command, "--time", String(grace), ...ids], ids };
}

function removal(names: readonly string[], declared: DeclaredStack, observed: ObservedStack): DockerCommand[] {
  const { command, ids } = inTime("stop", names, declared, observed);
  return [command, ["rm", "--force", ...ids]];
}
