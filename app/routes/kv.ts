import type { IRouter, Request, Response } from "express";
import { servedBy, type AppDeps } from "../deps";
import { AppError } from "../errors";
import { withBody } from "../read-body";
import { jsonBody, saysJson, textBody } from "../request-body";
import { checkKey, checkValue } from "../stores/key-value";

/**
 * The key/value store all replicas share: `GET /set?key=&value=`, `GET /get?key=`, and `PUT`, `GET`, `DELETE /kv/:key`. The body of a
 * PUT is the value itself, or with `Content-Type: application/json` an object `{"value": "..."}`.
 */
export function kvRoutes(router: IRouter, { identity, keyValues }: AppDeps): void {
  const served_by = servedBy(identity);

  const set = async (key: string, value: string, response: Response) => {
    await keyValues.set(key, value);
    response.json({ key, value, served_by });
  };
  const get = async (key: string, response: Response) => {
    const value = await keyValues.get(key);
    if (value === null) {
      throw new AppError("key_not_found");
    }
    response.json({ key, value, served_by });
  };

  router.get("/set", ({ query }, response) => set(checkKey(query.key), checkValue(query.value), response));
  router.get("/get", ({ query }, response) => get(checkKey(query.key), response));
  const put = withBody((request, response) =>
    set(checkKey(request.params.key), checkValue(bodyValue(request)), response),
  );
  router.put("/kv/:key", checkFirst, put);
  router.get("/kv/:key", ({ params }, response) => get(checkKey(params.key), response));
  router.delete("/kv/:key", async ({ params }, response) => {
    const key = checkKey(params.key);
    if (!(await keyValues.delete(key))) {
      throw new AppError("key_not_found");
    }
    response.json({ key, deleted: true, served_by });
  });
}

/** A wrong key needs no body read. */
function checkFirst({ params }: Request, _response: Response, next: () => void): void {
  checkKey(params.key);
  next();
}

function bodyValue(request: Request): unknown {
  return saysJson(request) ? jsonBody(request, "invalid_value").value : textBody(request, "invalid_value");
}
