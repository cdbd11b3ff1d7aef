import { Plan } from "./plan";
import { Reason } from "./reasons";
import { ServicePlan } from "./verdict";

/** The plan for a person at a terminal: at most 80 columns where names allow it. */
export function formatPlan(plan: Plan): string {
  const moving = plan.services.filter(({ verdict }) => verdict !== "nothing");
  const still = plan.services.filter(({ verdict }) => verdict === "nothing").map(({ service }) => service);
  const lines = [`Plan for stack ${plan.stack}: ${headline(plan)}`, ""];
  for (const service of moving) lines.push(...serviceLines(service), "");
  if (still.length > 0 && moving.length > 0) lines.push(`  untouched    ${still.join(", ")}`);
  if (plan.changes > 0) {
    lines.push(...footprintLines(plan).map((line) => `  ${line}`));
    lines.push(`  expected     ${durationText(plan)}`);
  }
  for (const { kind, what, mend } of plan.refusals) lines.push("", `Refused: ${kind}: ${what}`, `  mend:   ${mend}`);
  return `${lines.join("\n").replace(/\n+$/, "")}\n`;
}

/** The plan as Markdown, for a comment. */
export function markdownPlan(plan: Plan): string {
  const rows = plan.services
    .filter(({ verdict }) => verdict !== "nothing")
    .map((service) => {
      const why = service.why.map(reasonText).map(escaped).join("<br>");
      return `| ${service.service} | **${verdictText(service)}** | ${replicasText(service)} | ${revisionText(service)} | ${escaped(effectText(service))} | ${why} |`;
    });
  return [
    `### Plan for stack \`${plan.stack}\`: ${headline(plan)}`,
    "",
    ...plan.refusals.map(
      ({ kind, what, mend }) => `> **Refused: ${kind}.** ${escaped(what)}\n> Mend it: \`${mend}\`\n`,
    ),
    ...(rows.length > 0
      ? [
          "| part | what it does | replicas | revision | what people see | why |",
          "| --- | --- | --- | --- | --- | --- |",
          ...rows,
          "",
        ]
      : []),
    ...(plan.changes > 0
      ? [
          ...footprintLines(plan).map((line) => `- ${line.replace(/\s{2,}/, ": ")}`),
          `- expected: ${durationText(plan)}`,
          "",
        ]
      : []),
  ].join("\n");
}

function headline({ changes, refusals, services }: Plan): string {
  if (refusals.length > 0) return `refused (${[...new Set(refusals.map(({ kind }) => kind))].join(", ")})`;
  if (changes === 0) return "nothing to do";
  const count = `${changes} ${changes === 1 ? "change" : "changes"}`;
  const interrupted = services.some(({ verdict }) => verdict === "interrupts");
  const first = services.every(({ replicas }) => replicas.now === 0);
  if (first) return `${count}, the first update`;
  return `${count}, ${interrupted ? "with an interruption that was allowed" : "no client notices"}`;
}

function serviceLines(service: ServicePlan): string[] {
  const label = service.service.padEnd(13);
  const shape = [replicasText(service), revisionText(service)].filter(Boolean).join(", ");
  return [
    `  ${label}${verdictText(service)}${shape ? `: ${shape}` : ""}`,
    ...(effectText(service) ? [`  ${"".padEnd(13)}${effectText(service)}`] : []),
    ...service.why.flatMap((reason) => reasonLines(reason).map((line) => `  ${"".padEnd(13)}${line}`)),
  ];
}

function verdictText({ verdict, interruption }: ServicePlan): string {
  if (verdict !== "interrupts") return verdict;
  const seconds = interruption?.seconds;
  return seconds === undefined ? "interrupts, for a time nobody measured" : `interrupts for about ${seconds} s`;
}

function effectText({ effect, interruption }: ServicePlan): string {
  return interruption ? `${effect}; to spare them: ${interruption.avoid}` : effect;
}

function replicasText({ service, replicas }: ServicePlan): string {
  if (service !== "app" && service !== "worker") return "";
  return replicas.now === replicas.then
    ? `${replicas.now} replica${replicas.now === 1 ? "" : "s"}`
    : `${replicas.now} -> ${replicas.then} replicas`;
}

function revisionText({ revisions: { now, then } }: ServicePlan): string {
  const [from, to] = [now.join(" and "), then.join(" and ")];
  if (from === to || !from || !to) return from || to;
  return `${from} -> ${to}`;
}

/** How many details of a reason are shown before "and N more". */
const shown = 8;

function reasonLines({ input, details }: Reason): string[] {
  if (details.length === 0) return [`why: ${input}`];
  const lines = details.slice(0, shown).map((detail, index) => `${index === 0 ? `why: ${input}: ` : "     "}${detail}`);
  return details.length > shown ? [...lines, `     and ${details.length - shown} more`] : lines;
}

function reasonText({ input, details }: Reason): string {
  const more = details.length > shown ? `, and ${details.length - shown} more` : "";
  return details.length === 0 ? input : `${input}: ${details.slice(0, shown).join(", ")}${more}`;
}

function footprintLines({ footprint, host }: Plan): string[] {
  const { now, peak, then } = footprint;
  const memory = `memory       ${now.memoryMiB} -> ${then.memoryMiB} MiB, ${peak.memoryMiB} at the peak`;
  const cpu = `CPU          ${now.cpus} -> ${then.cpus} cores, ${peak.cpus} at the peak`;
  if (!host.checked) return [memory, cpu, `not checked  memory, CPU and ports of the host: ${firstLine(host.why)}`];
  const { fit } = host;
  return [
    `${memory}; ${fit.freeMemoryMiB} of ${fit.total.memoryMiB} MiB are free for it`,
    `${cpu} (limits); the host has ${fit.total.cpus}${fit.cpuShare > 1 ? ", shared when all are busy" : ""}`,
  ];
}

function durationText({ duration: { seconds, basis, earlier } }: Plan): string {
  const about = `about ${Math.round(seconds)} s`;
  if (basis === "model") return `${about}, by what its parts take`;
  const took = earlier.map((one) => Math.round(one.seconds)).join(", ");
  return `${about}, corrected by this stack's last update${earlier.length === 1 ? "" : "s"} (${took} s)`;
}

function firstLine(text: string): string {
  return text.split("\n")[0]!;
}

/** Values and file names are a stranger's in a pull request: none of them is to become a link, a mention, a row or markup. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]|~#]/g, "\\$&")
    .replace(/</g, "&lt;")
    .replace(/@/g, "&#64;");
}
