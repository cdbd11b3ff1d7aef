import { Plan } from "./plan";
import { Reason } from "./reasons";
import { ServicePlan } from "./verdict";

/** The plan for a person at a terminal: at most 80 columns where names allow it. */
export function formatPlan(plan: Plan): string {
  const moving = plan.services.filter(({ verdict }) => verdict !== "nothing");
  const still = plan.services.filter(({ verdict }) => verdict === "nothing").map(({ service }) => service);
  const lines = [`Plan for stack ${plan.stack}: ${headline(plan)}`, ""];
  for (const service of moving) lines.push(...serviceLines(service), "");
  if (still.length > 0 && moving.length > 0) lines.push(...row("untouched", still.join(", ")));
  if (plan.changes > 0) for (const [label, text] of facts(plan)) lines.push(...row(label, text));
  for (const { kind, what, mend } of plan.refusals) {
    lines.push("", `Refused: ${kind}`, ...row("what", what), ...row("mend it", mend));
  }
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
    ...(plan.changes > 0 ? [...facts(plan).map(([label, text]) => `- ${label}: ${escaped(text)}`), ""] : []),
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
  const shape = [replicasText(service), revisionText(service)].filter(Boolean).join(", ");
  return [
    ...row(service.service, `${verdictText(service)}${shape ? `: ${shape}` : ""}`),
    ...(effectText(service) ? row("", effectText(service)) : []),
    ...service.why.flatMap((reason) => reasonLines(reason).flatMap((line) => row("", line, "  "))),
  ];
}

const labelWidth = 15;

/** A label and a text, which goes on in a column of its own where a line ends. */
function row(label: string, text: string, hanging = ""): string[] {
  const width = 80 - 2 - labelWidth;
  const lines: string[] = [];
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 ? word : `${hanging}${word}`);
  }
  return lines.map((line, index) => `  ${(index === 0 ? label : "").padEnd(labelWidth)}${line}`);
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
  const count = replicas.now === replicas.then ? `${replicas.now}` : `${replicas.now} -> ${replicas.then}`;
  return `${count} replica${replicas.then === 1 ? "" : "s"}`;
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

/** What is said of the whole change, each with a label. */
function facts(plan: Plan): [label: string, text: string][] {
  const { now, peak, then } = plan.footprint;
  const memory = `${now.memoryMiB} -> ${then.memoryMiB} MiB, ${peak.memoryMiB} at the peak`;
  const cpu = `${now.cpus} -> ${then.cpus} cores, ${peak.cpus} at the peak`;
  const expected: [string, string] = ["expected", durationText(plan)];
  if (!plan.host.checked) {
    const why = plan.host.why.split("\n")[0]!;
    return [["memory", memory], ["CPU", cpu], expected, ["not checked", `memory, cores and ports of the host: ${why}`]];
  }
  const { fit } = plan.host;
  const shared = fit.cpuShare > 1 ? ", shared when all are busy" : "";
  return [
    ["memory", `${memory}; ${fit.freeMemoryMiB} of the host's ${fit.total.memoryMiB} MiB are free for it`],
    ["CPU", `${cpu}; the host has ${fit.total.cpus}${shared}`],
    expected,
  ];
}

function durationText({ duration: { seconds, basis, earlier } }: Plan): string {
  const about = `about ${Math.round(seconds)} s`;
  if (basis === "model") return `${about}, by what its parts take`;
  const took = earlier.map((one) => Math.round(one.seconds)).join(", ");
  return `${about}, corrected by this stack's last update${earlier.length === 1 ? "" : "s"} (${took} s)`;
}

/** Values and file names are a stranger's in a pull request: none of them is to become a link, a mention, a row or markup. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]|~#]/g, "\\$&")
    .replace(/</g, "&lt;")
    .replace(/@/g, "&#64;");
}
