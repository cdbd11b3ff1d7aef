import { createHmac, createSecretKey, randomBytes, timingSafeEqual, type KeyObject } from "node:crypto";

/** An id of 128 random bits and its signature of 256, both as base64url. */
const wellFormed = /(?:^|;)[ \t]*sid=([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})[ \t]*(?=;|$)/g;

/** Cookies of the name `sid` that are looked at, in one header: each costs a signature. */
const MAX_CANDIDATES = 4;

/** Cookies whose signature is remembered as right, at about 200 bytes each. */
const MAX_REMEMBERED = 5000;

export interface Session {
  id: string;
  /** The value of a `Set-Cookie` header; undefined when the client's cookie stays as it is. */
  setCookie?: string;
}

export interface SessionCookieOptions {
  /** Signs the cookies; the same for all replicas. */
  secret: string;
  /** Whether browsers send the cookie over TLS only. @default false */
  secure?: boolean;
}

/**
 * The session's cookie, `sid=<id>.<HMAC-SHA256 of the id>`. Nobody without the secret can make one, so nobody can guess or choose
 * an id. A missing, malformed or forged cookie gets a new session, never an error.
 *
 * No Max-Age: the cookie lives as long as the browser, the session as long as Redis keeps it.
 */
export class SessionCookies {
  private readonly key: KeyObject;
  private readonly attributes: string;
  /** A client comes again and again with the same cookie; one look-up is a tenth of a signature. Oldest first. */
  private readonly remembered = new Map<string, string>();

  constructor({ secret, secure = false }: SessionCookieOptions) {
    this.key = createSecretKey(Buffer.from(secret, "utf8"));
    this.attributes = `; Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
  }

  /** Reads the session's id from a `Cookie` header, or begins a new session. */
  read(cookieHeader: string | undefined): Session {
    const id = cookieHeader && this.findGenuine(cookieHeader);
    if (id) {
      return { id };
    }
    const fresh = randomBytes(16).toString("base64url");
    return { id: fresh, setCookie: `sid=${fresh}.${this.sign(fresh).toString("base64url")}${this.attributes}` };
  }

  private findGenuine(header: string): string | undefined {
    wellFormed.lastIndex = 0;
    for (let count = 0; count < MAX_CANDIDATES; count++) {
      const match = wellFormed.exec(header);
      if (!match) {
        return undefined;
      }
      const [, id, signature] = match as unknown as [string, string, string];
      if (this.isGenuine(id, signature)) {
        return id;
      }
    }
    return undefined;
  }

  private isGenuine(id: string, signature: string): boolean {
    if (this.remembered.get(id) === signature) {
      return true;
    }
    const expected = this.sign(id);
    const got = Buffer.from(signature, "base64url");
    // The last character's spare bits: a signature has one spelling only.
    if (!timingSafeEqual(expected, got) || got.toString("base64url") !== signature) {
      return false;
    }
    this.remember(id, signature);
    return true;
  }

  private remember(id: string, signature: string): void {
    if (this.remembered.size >= MAX_REMEMBERED) {
      this.remembered.delete(this.remembered.keys().next().value!);
    }
    this.remembered.set(id, signature);
  }

  private sign(id: string): Buffer {
    return createHmac("sha256", this.key).update(id).digest();
  }
}
