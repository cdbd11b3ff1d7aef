import { changesOf } from "./changes";
import { Observation } from "./look";
import { describeReplica } from "./replica";
import { BalancerStatus, Problem, ServiceStatus, Status } from "./report";
import { Seen, valueOf } from "./seen";
import { servicesOf } from "./services";

/** A line names so many containers; the rest is counted. */
const named = 3;

/**
 * What a look comes to.
 *
 * @param newest how many changes of the past to tell
 */
export function statusOf(observation: Observation, newest: number): Status {
  const { identity, at, containers, redis, queue, underWay } = observation;
  const declared = valueOf(observation.declared);
  const seen = valueOf(containers);
  const services = seen ? servicesOf(observation, seen) : null;
  const loadBalancer = services ? balancerOf(observation, services) : null;
  const problems = [
    ...declaredProblems(observation),
    ...(services ?? []).flatMap(serviceProblems),
    ...(services ? partProblems(observation, loadBalancer) : [{ part: "engine", problem: problemOf(containers)! }]),
  ];
  return {
    stack: identity.stack,
    at,
    healthy: problems.length === 0,
    release: declared?.releases[0]?.id ?? null,
    url: declared?.url ?? null,
    underWay: underWay ?? null,
    services,
    loadBalancer,
    redis: valueOf(redis) ?? null,
    queue: valueOf(queue) ?? null,
    changes: declared ? changesOf(declared.history).slice(0, newest) : null,
    problems,
  };
}

function declaredProblems({ declared, identity }: Observation): Problem[] {
  const problem = problemOf(declared);
  if (problem) return [{ part: "pulumi", problem }];
  if (valueOf(declared)!.releases.length > 0) return [];
  return [{ part: "pulumi", problem: `no release is deployed: npm run up -- --stack ${identity.stack}` }];
}

/** Too few that are healthy. More than are desired is no problem: they are on their way out, or about to take over. */
function serviceProblems({ service, desired, healthy, replicas }: ServiceStatus): Problem[] {
  if (desired === null || healthy >= desired) return [];
  const ill = replicas.filter(({ state }) => state !== "healthy").map(describeReplica);
  const missing = desired - replicas.length;
  const reasons = [
    ...ill.slice(0, named),
    ...(ill.length > named ? [`${ill.length - named} more are not healthy`] : []),
    ...(missing > 0 ? [`${missing} ${missing === 1 ? "is" : "are"} not there`] : []),
  ];
  return [{ part: service, problem: `${healthy} of ${desired} healthy: ${reasons.join(", ")}` }];
}

function partProblems(
  { usage, routes, answers, redis, queue }: Observation,
  balancer: BalancerStatus | null,
): Problem[] {
  const unseen: [string, Seen<unknown>][] = [
    ["usage", usage],
    ["load balancer", "problem" in routes ? routes : answers],
    ["redis", redis],
    ["queue", queue],
  ];
  const problems = unseen.flatMap(([part, seen]) => ("problem" in seen ? [{ part, problem: seen.problem }] : []));
  const file = valueOf(redis)?.appendOnlyFile ?? "ok";
  if (file !== "ok") problems.push({ part: "redis", problem: `append-only file: ${file}` });
  if (balancer && balancer.routedReplicas < balancer.healthyReplicas) {
    const { routedReplicas, healthyReplicas } = balancer;
    problems.push({
      part: "load balancer",
      problem: `routes to ${routedReplicas} of ${healthyReplicas} healthy replicas`,
    });
  }
  return problems;
}

function balancerOf(
  { routes, answers, windowSeconds }: Observation,
  services: readonly ServiceStatus[],
): BalancerStatus | null {
  if (!("value" in routes) || !("value" in answers)) return null;
  const replicas = services.filter(({ service }) => service === "app").flatMap((service) => service.replicas);
  const { requests, errors } = answers.value.total();
  return {
    routedReplicas: replicas.filter(({ routed, state }) => routed && state === "healthy").length,
    healthyReplicas: replicas.filter(({ state }) => state === "healthy").length,
    requestsPerSecond: requests / windowSeconds,
    serverErrorShare: requests === 0 ? 0 : errors / requests,
    windowSeconds,
  };
}

function problemOf(seen: Seen<unknown>): string | undefined {
  return "problem" in seen ? seen.problem : undefined;
}
