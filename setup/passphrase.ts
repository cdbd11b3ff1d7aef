import { randomBytes } from "node:crypto";
import { access, link, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes the file whose text encrypts the secrets in the local state: 256 random bits, mode 0600. Never overwrites one: with
 * it, the secrets would be lost.
 *
 * @returns whether it was made
 */
export async function ensurePassphrase(file: string): Promise<boolean> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists) return false;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  try {
    // A link fails where a rename would replace what another process made in between.
    await link(fresh, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(fresh, { force: true });
  }
}
