import { Router } from "express";
import { servedBy, type AppDeps } from "../deps";
import { AppError } from "../errors";
import { checkKey, checkValue } from "../stores/key-value";

/** `GET /set?key=&value=` and `GET /get?key=`: the key/value store all replicas share. */
export function kvRoutes({ identity, keyValues }: AppDeps): Router {
  const served_by = servedBy(identity);
  const router = Router();
  router.get("/set", async (request, response) => {
    const key = checkKey(request.query.key);
    const value = checkValue(request.query.value);
    await keyValues.set(key, value);
    response.json({ key, value, served_by });
  });
  router.get("/get", async (request, response) => {
    const key = checkKey(request.query.key);
    const value = await keyValues.get(key);
    if (value === null) {
      throw new AppError("key_not_found");
    }
    response.json({ key, value, served_by });
  });
  return router;
}
