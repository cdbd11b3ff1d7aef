/** The key by which Pulumi's state and events tell a secret from other objects (sdk/go/common/resource). */
const signature = "4dabf18193072939515e22adb298388d";

/**
 * A value of an exported state with its secrets in the clear, as the Automation API's `exportStack` decrypts them: no part of it
 * may be printed without a thought. A secret that is still encrypted is undefined.
 */
export function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reveal);
  if (value === null || typeof value !== "object") return value;
  if (signature in value) {
    const { plaintext } = value as { plaintext?: unknown };
    return typeof plaintext === "string" ? reveal(JSON.parse(plaintext)) : undefined;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
}

/** Whether a value is a secret, or holds one; in an event the word `[secret]` stands for it. */
export function isSecret(value: unknown): boolean {
  if (value === "[secret]") return true;
  if (Array.isArray(value)) return value.some(isSecret);
  if (value === null || typeof value !== "object") return false;
  return signature in value || Object.values(value).some(isSecret);
}
