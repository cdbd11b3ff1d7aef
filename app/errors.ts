/** Every error the app answers with: `{"error": {"code", "message"}}` and its status. Nothing else leaves the process. */
export const errors = {
  bad_request: { status: 400, message: "The request is malformed." },
  invalid_key: {
    status: 400,
    message: "key: got nothing or a wrong one, allowed: 1 to 128 characters of A-Za-z0-9._:-",
  },
  invalid_value: { status: 400, message: "value: got nothing or several, allowed: one text of up to 64 KiB" },
  invalid_job: { status: 400, message: "job: got nothing or a wrong one, allowed: one text of 1 to 1024 characters" },
  not_found: { status: 404, message: "There is nothing here." },
  key_not_found: { status: 404, message: "No value is stored under this key." },
  request_timeout: { status: 408, message: "The request took too long to arrive." },
  value_too_large: { status: 413, message: "value: allowed are up to 64 KiB" },
  headers_too_large: { status: 431, message: "The request's line and headers are too long." },
  internal: { status: 500, message: "Something went wrong here." },
  not_ready: { status: 503, message: "This replica takes no work now." },
  too_many_streams: { status: 503, message: "Too many live pages are open on this replica. Try again." },
  redis_unavailable: { status: 503, message: "Redis can not be reached now. Try again." },
} as const;

export type ErrorCode = keyof typeof errors;

/** What an answer's body looks like for a code. */
export function errorBody(code: ErrorCode, message: string = errors[code].message) {
  return { error: { code, message } };
}

/** An answer of the catalogue, thrown. */
export class AppError extends Error {
  override readonly name = "AppError";

  /** @param message says more than the catalogue's own; it leaves the process */
  constructor(
    readonly code: ErrorCode,
    message: string = errors[code].message,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get status(): number {
    return errors[this.code].status;
  }
}
