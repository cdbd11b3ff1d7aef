import { randomBytes } from "node:crypto";

/** 128 random bits, as 22 characters of base64url. */
const wellFormed = /(?:^|;[ \t]*)sid=([A-Za-z0-9_-]{22})[ \t]*(?=;|$)/;

export interface Session {
  id: string;
  /** The value of a `Set-Cookie` header; undefined when the client's cookie stays as it is. */
  setCookie?: string;
}

/**
 * Reads the session's id from a `Cookie` header. A missing or malformed cookie gets a new session, never an error.
 *
 * No Max-Age: the cookie lives as long as the browser, the session as long as Redis keeps it (an hour from the last visit).
 * This is the place where the id will be signed and the signature checked; callers see ids only.
 */
export function readSession(cookieHeader: string | undefined): Session {
  const id = cookieHeader && wellFormed.exec(cookieHeader)?.[1];
  if (id) {
    return { id };
  }
  const fresh = randomBytes(16).toString("base64url");
  return { id: fresh, setCookie: `sid=${fresh}; Path=/; HttpOnly; SameSite=Lax` };
}
