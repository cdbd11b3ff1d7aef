/** Every error the app answers with: `{"error": {"code", "message"}}` and its status. Nothing else leaves the process. */
export const errors = {
  bad_request: { status: 400, message: "The request is malformed." },
  invalid_key: {
    status: 400,
    message: "key: got nothing or a wrong one, allowed: 1 to 128 characters of A-Za-z0-9._:-",
  },
  invalid_value: { status: 400, message: "value: got nothing, several or no text, allowed: one text of up to 64 KiB" },
  invalid_job: { status: 400, message: "job: got nothing or a wrong one, allowed: one text of 1 to 1024 characters" },
  invalid_job_id: { status: 400, message: "id: allowed is the id of a job, a whole number" },
  invalid_payload: { status: 400, message: "payload: does not fit the job's name" },
  invalid_duration: { status: 400, message: "duration: allowed is a whole number of milliseconds from 0 to 10000" },
  not_found: { status: 404, message: "There is nothing here." },
  key_not_found: { status: 404, message: "No value is stored under this key." },
  job_not_found: { status: 404, message: "There is no such job, or it finished too long ago." },
  request_timeout: { status: 408, message: "The request took too long to arrive." },
  value_too_large: { status: 413, message: "value: allowed are up to 64 KiB" },
  body_too_large: { status: 413, message: "The request's body is too long." },
  unsupported_encoding: { status: 415, message: "Content-Encoding: allowed is none; send the body as it is." },
  expectation_failed: { status: 417, message: "Expect: allowed is 100-continue." },
  headers_too_large: { status: 431, message: "The request's line and headers are too long." },
  client_gone: { status: 499, message: "The client hung up before its answer." },
  internal: { status: 500, message: "Something went wrong here." },
  simulated_error: { status: 500, message: "This error was asked for." },
  busy: { status: 503, message: "This replica has enough of such work in hand. Try again." },
  not_ready: { status: 503, message: "This replica takes no work now." },
  too_many_streams: { status: 503, message: "Too many streams are open on this replica. Try again." },
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
