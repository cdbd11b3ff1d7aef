import type { Request } from "express";
import { AppError, type ErrorCode } from "./errors";

/** A body as text. @throws AppError `code` unless it is UTF-8 */
export function textBody(request: Request, code: ErrorCode): string {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body)) {
    return "";
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new AppError(code, undefined, { cause });
  }
}

/** A body as a JSON object. @throws AppError `code` unless it is one */
export function jsonBody(request: Request, code: ErrorCode): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(textBody(request, code));
  } catch (cause) {
    throw cause instanceof AppError ? cause : new AppError(code, undefined, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new AppError(code);
  }
  return value as Record<string, unknown>;
}

export function saysJson(request: Request): boolean {
  return /^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "");
}
