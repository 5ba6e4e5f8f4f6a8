/**
 * The JSON body of a write or a call. Only its keys are looked at here; the text itself goes to PostgreSQL, which does
 * every conversion, so numbers beyond 2^53 and the like arrive as they were sent.
 */
import type { ApiRequest } from "./request.ts";
import { invalidBody } from "./rest_error.ts";

/** A body, as far as it has to be understood here. */
export interface Payload {
  /** JSON text. */
  json: string;
  /** Whether it is one object; else it is an array of them. */
  isObject: boolean;
  /** Keys that its objects have, or that the `columns` parameter chose. */
  keys: string[];
}

/**
 * Reads the body of `request`. With a `columns` parameter nothing is checked here, as PostgREST does.
 * @throws RestError PGRST102 when it is no JSON, or an array whose elements are not objects with the same keys.
 */
export function readPayload(request: ApiRequest): Payload {
  const mediaType = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (mediaType && mediaType !== "application/json") {
    throw invalidBody(`Content-Type not acceptable: ${mediaType}`);
  }
  const { columns } = request.query;
  if (columns) {
    return { json: request.body, isObject: /^\s*\{/.test(request.body), keys: [...new Set(columns)] };
  }
  // Functions may be called without a body at all.
  const json = request.body === "" && request.target.kind === "routine" ? "{}" : request.body;
  const value = parseJson(json);
  if (Array.isArray(value)) return { json, isObject: false, keys: commonKeys(value) };
  if (isJsonObject(value)) return { json, isObject: true, keys: Object.keys(value) };
  return { json: "[]", isObject: false, keys: [] }; // a bare scalar holds no rows
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidBody("Empty or invalid json");
  }
}

function commonKeys(rows: unknown[]): string[] {
  const keys = Object.keys(isJsonObject(rows[0]) ? rows[0] : {});
  const isUniform = rows.every((row) =>
    isJsonObject(row) && Object.keys(row).length === keys.length &&
    keys.every((key) => Object.hasOwn(row, key))
  );
  if (!isUniform) throw invalidBody("All object keys must match");
  return keys;
}

function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
