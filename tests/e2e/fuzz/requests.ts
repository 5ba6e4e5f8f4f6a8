/** Requests to an operation of the API's description: good ones, and good ones with something wrong in them. */
import { brokenBody, oddBody, oddPart, oddText } from "./hostile.ts";
import { sample, type Schema, type Stock } from "./samples.ts";

/** An operation as the description has it. */
export interface Described {
  id: string;
  method: string;
  /** `/jobs/{id}`. */
  path: string;
  parameters: readonly { in: string; name: string; schema: Schema }[];
  body: Schema | undefined;
  /** Names of its security schemes. */
  security: readonly string[];
}

export interface FuzzRequest {
  operation: string;
  method: string;
  /** Path and query below the functions' address. */
  address: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer> | undefined;
  /** Nothing in it was made odd. */
  isGood: boolean;
}

/** What the caller knows that the description does not say. */
export interface Context extends Stock {
  /** Headers by security scheme; "" for what needs none. */
  credentials: Readonly<Record<string, Record<string, string>>>;
  /** Values for the path that go together, by operation. */
  places: Readonly<Record<string, readonly Record<string, string>[]>>;
  /** Bodies of operations whose description has none. */
  bodies: Readonly<Record<string, readonly unknown[]>>;
  /** What a request needs once it is complete: a signature. */
  finish?(request: FuzzRequest): void;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const TYPES = [
  ...[
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
  ],
  ...["application/json; charset=utf-16", "application/octet-stream", "x".repeat(300), ""],
];

/** The operations of an OpenAPI document. */
export function operationsOf(document: unknown): Described[] {
  const { paths } = document as { paths: Record<string, Record<string, OpenapiOperation>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody, security = [] }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content["application/json"]?.schema,
      security: security.flatMap((scheme) => Object.keys(scheme)),
    }))
  );
}

interface OpenapiOperation {
  operationId: string;
  parameters?: Described["parameters"];
  requestBody?: { content: Record<string, { schema: Schema }> };
  security?: Record<string, string[]>[];
}

/** A request to `operation`; one in five has nothing wrong in it. */
export function requestTo(operation: Described, context: Context): FuzzRequest {
  const { chance } = context;
  const isGood = chance.oneIn(5);
  const isOdd = (n: number) => !isGood && chance.oneIn(n);
  const request: FuzzRequest = {
    operation: operation.id,
    method: isOdd(25) ? chance.pick(METHODS) : operation.method,
    address: pathOf(operation, context, isOdd) + queryOf(operation, context, isOdd),
    headers: headersOf(operation, context, isOdd),
    body: bodyOf(operation, context, isGood),
    isGood,
  };
  if (request.method === "GET" || request.method === "HEAD") request.body = undefined;
  if (request.body !== undefined) {
    request.headers["content-type"] = isOdd(8) ? chance.pick(TYPES) : "application/json";
  }
  context.finish?.(request);
  return request;
}

type IsOdd = (n: number) => boolean;

/** Its path, with what is known for it in the place of its parameters. */
export function pathOf(operation: Described, context: Context, isOdd: IsOdd = () => false): string {
  const { chance, places } = context;
  const place = places[operation.id] ? chance.pick(places[operation.id] ?? []) : undefined;
  return operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (isOdd(3)) return oddPart(chance);
    const { schema = {} } = operation.parameters.find((parameter) => parameter.name === name) ?? {};
    return encodeURIComponent(String(place?.[name] ?? sample(schema, context, name)));
  });
}

function queryOf({ parameters }: Described, context: Context, isOdd: IsOdd): string {
  const { chance } = context;
  const pairs: string[] = [];
  for (const { in: where, name, schema } of parameters) {
    if (where !== "query" || chance.oneIn(2)) continue;
    const value = isOdd(2)
      ? oddPart(chance)
      : encodeURIComponent(String([sample(schema, context, name)].flat()[0] ?? ""));
    pairs.push(`${name}=${value}`);
    if (isOdd(6)) pairs.push(`${name}=${value}`);
  }
  if (isOdd(6)) pairs.push(`${oddPart(chance)}=${oddPart(chance)}`);
  return pairs.length > 0 ? `?${pairs.join("&").replaceAll("#", "%23")}` : "";
}

function headersOf(
  { security }: Described,
  { chance, credentials }: Context,
  isOdd: IsOdd,
): Record<string, string> {
  const scheme = security.length > 0 ? chance.pick(security) : "";
  const headers: Record<string, string> = {
    ...credentials[isOdd(20) ? chance.pick(Object.keys(credentials)) : scheme],
  };
  // What HTTP clients let through: no control characters, one byte each.
  const odd = (most: number) =>
    oddText(chance).replaceAll(/[^\x20-\x7e\xa0-\xff]/g, "?").trim().slice(0, most);
  if (isOdd(20)) headers[chance.pick(["authorization", "apikey"])] = odd(2000);
  if (isOdd(10)) {
    headers[chance.pick(["accept", "prefer", "x-client-info", "origin", "range", "cookie"])] = odd(4000);
  }
  if (isOdd(20)) headers["x-large"] = "x".repeat(8000);
  return headers;
}

function bodyOf(operation: Described, context: Context, isGood: boolean): FuzzRequest["body"] {
  const { chance, bodies } = context;
  const made = operation.body
    ? sample(operation.body, context)
    : bodies[operation.id]?.length
    ? chance.pick(bodies[operation.id] ?? [])
    : undefined;
  if (made === undefined) return isGood || !chance.oneIn(10) ? undefined : brokenBody("{}", chance);
  const json = JSON.stringify(made);
  if (isGood || chance.oneIn(5)) return json;
  return chance.oneIn(5) ? brokenBody(json, chance) : oddBody(made, chance);
}
