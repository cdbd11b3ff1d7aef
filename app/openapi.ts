import { STATUS_CODES } from "node:http";
import * as z from "zod";
import { contract, type RouteContract } from "./contract";

const jsonOf = (schema: z.ZodType) => ({
  content: { "application/json": { schema: withoutDialect(z.toJSONSchema(schema)) } },
});

/** OpenAPI 3.1 has no words for the events of a stream: an extension tells the data of each. */
const streamOf = (events: Record<string, z.ZodType>) => ({
  content: {
    "text/event-stream": {
      schema: {
        type: "string",
        description: `Server-sent events: ${Object.keys(events).join(", ")}. The data of each is JSON, see x-events.`,
        "x-events": Object.fromEntries(
          Object.entries(events).map(([name, schema]) => [name, withoutDialect(z.toJSONSchema(schema))]),
        ),
      },
    },
  },
});

/** The document says once which dialect its schemas are in. */
function withoutDialect(schema: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "$schema"));
}

function parametersOf({ path, query = {} }: RouteContract) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: "path", required: true }));
  const inQuery = Object.entries(query).map(([name, description]) => ({ name, in: "query", description }));
  return [...inPath, ...inQuery].map((parameter) => ({ ...parameter, schema: { type: "string" } }));
}

function operationOf(route: RouteContract) {
  const parameters = parametersOf(route);
  return {
    summary: route.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && { requestBody: jsonOf(route.body) }),
    responses: Object.fromEntries(
      Object.entries(route.answers).map(([status, schema]) => [
        status,
        {
          description: STATUS_CODES[status],
          ...(route.events && status === "200" ? streamOf(route.events) : jsonOf(schema)),
        },
      ]),
    ),
  };
}

/** The OpenAPI 3.1 document of the app: https://spec.openapis.org/oas/v3.1.0 */
export function openApiDocument() {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of contract) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  }
  return { openapi: "3.1.0", info: { title: "Evenkeel app", version: "1" }, paths };
}
