import type { Request, Response } from "express";
import type { AppDeps } from "./deps";

/**
 * The id of the request's session. A new one gets its cookie with the answer: for TLS only where the edge speaks TLS, be it that the
 * setting says so or that the edge says so of this request (`X-Forwarded-Proto`, which `trust proxy` takes from the edge alone).
 */
export function sessionOf(request: Request, response: Response, sessions: AppDeps["sessions"]): string {
  const { id, setCookie } = sessions.read(request.headers.cookie);
  if (setCookie) {
    const secure = request.secure && !setCookie.endsWith("; Secure");
    response.setHeader("Set-Cookie", secure ? `${setCookie}; Secure` : setCookie);
  }
  return id;
}
