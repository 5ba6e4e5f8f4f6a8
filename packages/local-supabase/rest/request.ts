/** What an HTTP request asks for, checked and in the service's own words. */
import { type MediaType, negotiateMediaType } from "./media_type.ts";
import { parsePreferences, type Preferences } from "./preferences.ts";
import { parseQuery, type Query } from "./query_string.ts";
import {
  invalidPath,
  methodNotAllowed,
  rootDisabled,
  routineMethodNotAllowed,
  schemaNotExposed,
} from "./rest_error.ts";

/** A table or view, or a function. */
export interface Target {
  kind: "table" | "routine";
  schema: string;
  name: string;
}

/** The methods that are served. */
export type Method = "GET" | "HEAD" | "POST" | "PATCH" | "DELETE";

/** A request that is well-formed; whether its target exists is another question. */
export interface ApiRequest {
  method: Method;
  target: Target;
  /** The path that functions see in `request.path`: without the `/rest/v1` prefix, as on hosted projects. */
  path: string;
  headers: Headers;
  media: MediaType;
  preferences: Preferences;
  query: Query;
  /** The body as text; empty for GET and HEAD. */
  body: string;
}

const PREFIX = "/rest/v1";
const TABLE_METHODS = ["GET", "HEAD", "POST", "PATCH", "DELETE"];
const ROUTINE_METHODS = ["GET", "HEAD", "POST"];

/**
 * Reads a request whose path begins with `/rest/v1`.
 * @param schemas the exposed schemas, the default one first
 * @throws RestError for anything malformed or not offered.
 */
export async function readRequest(request: Request, schemas: string[]): Promise<ApiRequest> {
  const url = new URL(request.url);
  const path = url.pathname.slice(PREFIX.length);
  const { kind, name } = readPath(path);
  const method = readMethod(request.method, kind);
  const isRead = method === "GET" || method === "HEAD";
  const schema = request.headers.get(isRead ? "accept-profile" : "content-profile") ?? schemas[0] ?? "public";
  if (!schemas.includes(schema)) throw schemaNotExposed(schema, schemas);
  return {
    method,
    target: { kind, schema, name },
    path,
    headers: request.headers,
    media: negotiateMediaType(request.headers.get("accept")),
    preferences: parsePreferences(request.headers.get("prefer")),
    query: parseQuery(url.searchParams, {
      target: name,
      takesArguments: isRead && kind === "routine",
      rangeHeader: method === "GET" ? request.headers.get("range") : null,
    }),
    body: isRead ? "" : await request.text(),
  };
}

function readPath(path: string): { kind: Target["kind"]; name: string } {
  const parts = path.split("/").filter((part) => part !== "").map(decodePart);
  const [first, second] = parts;
  if (first === undefined) throw rootDisabled();
  if (parts.length === 1) return { kind: "table", name: first };
  if (parts.length === 2 && first === "rpc" && second !== undefined) return { kind: "routine", name: second };
  throw invalidPath();
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalidPath();
  }
}

function readMethod(method: string, kind: Target["kind"]): Method {
  if (kind === "table" && !TABLE_METHODS.includes(method)) throw methodNotAllowed(method);
  if (kind === "routine" && !ROUTINE_METHODS.includes(method)) throw routineMethodNotAllowed(method);
  return method as Method;
}
