import { redisAcl } from "./redis-acl";
import { revisionOf } from "./revision";

/** The password of each role. */
export const redisPassword = { length: 32, special: false } as const;

/**
 * Changes when the passwords are made anew. A role's URL is a secret and not known in a preview, so this stands in for
 * it in a revision.
 */
export function credentialsRevision(): string {
  return revisionOf({ password: redisPassword, rules: redisAcl });
}
