import type { IncomingMessage, ServerResponse } from "node:http";
import helmet from "helmet";

/**
 * Helmet's headers, as pairs. They are the same for every answer, so helmet runs once, on an answer nobody gets, instead of its
 * dozen functions for each request.
 *
 * @param secure whether the edge speaks TLS. Where it does not, a browser must neither be told to come back by TLS only nor to
 *   turn the page's own addresses into https
 */
export function securityHeaders(secure: boolean): [name: string, value: string][] {
  const headers = new Map<string, string>();
  const response = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  };
  const middleware = helmet({
    // Nothing here is a page but the live page, which has a policy of its own.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        ...(secure && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: secure,
  });
  let failure: unknown;
  middleware({} as IncomingMessage, response as unknown as ServerResponse, (error) => (failure = error));
  if (failure) {
    throw failure;
  }
  return [...headers];
}
