import type { Identity } from "../runtime/identity";
import { securityHeaders } from "./security-headers";

type Header = readonly [name: string, value: string];

/** Headers of answers, the same for as long as the process lives. */
export interface AnswerHeaders {
  /** Of every answer. */
  always: readonly Header[];
  /** The content security policy, of every answer that does not set one itself. */
  policy: Header;
}

/** @param secure whether the edge speaks TLS */
export function answerHeaders({ hostname, instance, revision }: Identity, secure: boolean): AnswerHeaders {
  const security = securityHeaders(secure);
  const policy = security.find(([name]) => name === "Content-Security-Policy")!;
  const others = security.filter((header) => header !== policy);
  return {
    always: [
      ...others,
      ["X-Served-By", hostname],
      ["X-Instance-ID", instance],
      ["X-Revision", revision],
      ["Cache-Control", "no-store"],
    ],
    policy,
  };
}
