/** What a request of the functions to the Data API asks for: a function by the names of its arguments, or a table's columns. Pure. */
import { z } from "zod";

const role = z.enum(["anon", "authenticated", "service_role"]);
export type Role = z.infer<typeof role>;

export const usedFunction = z.strictObject({
  kind: z.literal("function"),
  role,
  schema: z.string(),
  name: z.string(),
  /** Names of the arguments, sorted. */
  arguments: z.array(z.string()),
});
export const usedTable = z.strictObject({
  kind: z.literal("table"),
  role,
  schema: z.string(),
  name: z.string(),
  right: z.enum(["select", "insert", "update", "delete"]),
  /** Names of the columns that are read, written, compared or sorted by; sorted. */
  columns: z.array(z.string()),
});

/** What the functions use of the database. */
export const use = z.discriminatedUnion("kind", [usedFunction, usedTable]);
export type Use = z.infer<typeof use>;

/** A request to the gateway, as far as it matters here. */
export interface DataRequest {
  method: string;
  /** From the gateway's root: `/rest/v1/rpc/receive`. */
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: string;
}

const RIGHTS: Readonly<Record<string, "select" | "insert" | "update" | "delete">> = {
  GET: "select",
  HEAD: "select",
  POST: "insert",
  PATCH: "update",
  DELETE: "delete",
};
/** What of a query string is no column. */
const WORDS = new Set(["select", "order", "limit", "offset", "on_conflict", "columns", "and", "or"]);

/** Reads a request; null when it is none to the Data API. */
export function readRequest(request: DataRequest): Use | null {
  const name = request.path.match(/^\/rest\/v1\/(rpc\/)?(\w+)$/);
  const right = RIGHTS[request.method];
  if (!name?.[2] || !right) return null;
  const isRead = request.method === "GET" || request.method === "HEAD";
  const common = {
    role: roleOf(request.headers),
    schema: request.headers.get(isRead ? "accept-profile" : "content-profile") ?? "public",
    name: name[2],
  };
  if (name[1]) {
    const names = isRead ? [...request.query.keys()].filter((key) => !WORDS.has(key)) : keysOf(request.body);
    return { kind: "function", ...common, arguments: [...new Set(names)].sort() };
  }
  const columns = [
    ...columnsOf(request.query.get("select") ?? ""),
    ...columnsOf(request.query.get("order") ?? ""),
    ...[...request.query.keys()].filter((key) => !WORDS.has(key)).flatMap(columnsOf),
    ...keysOf(request.body),
  ];
  return { kind: "table", ...common, right, columns: [...new Set(columns)].sort() };
}

/** The role that the gateway and PostgREST make of a request's keys. */
function roleOf(headers: Headers): Role {
  const token = headers.get("authorization")?.replace(/^Bearer\s+/i, "") ?? "";
  const claims = token.split(".")[1];
  if (claims) {
    const json = atob(claims.replaceAll("-", "+").replaceAll("_", "/"));
    const found = z.object({ role }).safeParse(JSON.parse(json)).data;
    if (found) return found.role;
  }
  return headers.get("apikey")?.startsWith("sb_secret_") ? "service_role" : "anon";
}

/** The names in a list such as `id,name:title,settings->files,created_at.desc`. */
function columnsOf(list: string): string[] {
  return list.split(",").flatMap((item) => {
    const column = item.trim().replace(/^\w+:(?!:)/, "").match(/^\w+/)?.[0];
    return column ? [column] : [];
  });
}

function keysOf(body: string): string[] {
  if (body === "") return [];
  const rows: unknown[] = [JSON.parse(body)].flat();
  return rows.flatMap((row) => row !== null && typeof row === "object" ? Object.keys(row) : []);
}
