import { Declared } from "./declared";
import { SettingsError } from "./settings-error";

/** A part of a stack of which there can be one only: a volume, or a port, has one owner. */
export type Part = "redis" | "traefik";

/** What the clients see while a part is replaced; seconds as measured (docs/design.md, "What can't be changed unseen"). */
const effects: Record<Part, { what: string; seconds: number; avoid: string }> = {
  redis: {
    what: "Redis is stopped and started: sessions, key/value and jobs answer 503, and nothing acknowledged is lost",
    seconds: 3,
    avoid: "do it when few people are there",
  },
  traefik: {
    what: "the load balancer is stopped and started: open connections end and new ones are refused",
    seconds: 3,
    avoid: "do it when few people are there",
  },
};

/**
 * What the clients see while a service is stopped and made anew; undefined for one that nobody notices.
 *
 * @param seconds how long, about: a repair starts Pulumi in between
 */
export function interruptionOf(service: string, seconds: number): string | undefined {
  const effect = (effects as Partial<Record<string, { what: string }>>)[service];
  return effect && `${effect.what}; about ${seconds} s`;
}

/** A change that can't be made without the clients noticing. */
export interface Interruption {
  readonly part: Part;
  /** What allows exactly this change: the part and its new revision. */
  readonly token: string;
  readonly what: string;
  /** How long, about. */
  readonly seconds: number;
  readonly avoid: string;
}

/** The interruptions on the way from what was declared to `parts`. A part that is new interrupts nobody. */
export function interruptionsOf(before: Declared["parts"], parts: Readonly<Record<Part, string>>): Interruption[] {
  return (Object.keys(parts) as Part[])
    .filter((part) => before[part] !== undefined && before[part] !== parts[part])
    .map((part) => ({ part, token: `${part}-${parts[part]}`, ...effects[part] }));
}

/**
 * What a person is told of interruptions they did not allow; undefined where there is nothing to tell.
 *
 * @param allowed the setting `allowInterruption`: tokens, separated by commas
 */
export function refusedInterruptions(interruptions: readonly Interruption[], allowed: string): string | undefined {
  const tokens = allowed.split(",").map((token) => token.trim());
  const refused = interruptions.filter(({ token }) => !tokens.includes(token));
  if (refused.length === 0) return undefined;
  const all = interruptions.map(({ token }) => token).join(",");
  return [
    "This change interrupts the people being served:",
    ...refused.map(
      ({ part, what, seconds, avoid }) => `  - ${part}: ${what}; about ${seconds} s. To spare them: ${avoid}.`,
    ),
    `It needs your word: pulumi config set allowInterruption ${all} (holds for this change only).`,
  ].join("\n");
}

/** @throws SettingsError with what would be interrupted, before the first resource is touched */
export function requireAllowed(interruptions: readonly Interruption[], allowed: string): void {
  const message = refusedInterruptions(interruptions, allowed);
  if (message) throw new SettingsError(`${message} Nothing was changed.`);
}
