/**
 * The errors this service raises by itself, each with the code, status and words that PostgREST gives it, because
 * clients match on them. Source: docs.postgrest.org/en/v14/references/errors.html, and the answers of a real server.
 */

/** What is known of an error beside its code and message. */
export interface ErrorEvidence {
  details?: string | null;
  hint?: string | null;
  headers?: Record<string, string>;
}

/** An answer other than success; `toResponse` renders it as `{code, details, hint, message}`. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly evidence: ErrorEvidence = {},
  ) {
    super(message);
  }

  /** The HTTP answer; without a body when the request was a HEAD. */
  toResponse(method: string): Response {
    const { details = null, hint = null, headers = {} } = this.evidence;
    const body = JSON.stringify({ code: this.code, details, hint, message: this.message });
    const hasBody = method !== "HEAD" && ![204, 205, 304].includes(this.status);
    return new Response(hasBody ? body : null, {
      status: this.status,
      headers: { "content-type": "application/json; charset=utf-8", ...headers },
    });
  }
}

/** Something is not in the schema cache. It may have been made a moment ago, so it is worth one look at the database. */
export class NotInSchemaCache extends RestError {}

/** PGRST003: every connection of the pool was busy for as long as a request waits for one. */
export function poolTimeout(): RestError {
  return new RestError(504, "PGRST003", "Timed out acquiring connection from connection pool.");
}

/** PGRST100: `select`, `order`, a filter, … could not be parsed. `what` names it with its text; `column` counts from 1. */
export function unparsable(what: string, column: number, details: string): RestError {
  return new RestError(400, "PGRST100", `"${what}" (line 1, column ${column})`, { details });
}

/** PGRST101: functions are called by GET, HEAD or POST. */
export function routineMethodNotAllowed(method: string): RestError {
  return new RestError(405, "PGRST101", `Cannot use the ${method} method on RPC`);
}

/** PGRST102: the body is not what it should be. */
export function invalidBody(message: string): RestError {
  return new RestError(400, "PGRST102", message);
}

/** PGRST103: limit, offset or Range ask for something that cannot be. */
export function invalidRange(details: string): RestError {
  return new RestError(416, "PGRST103", "Requested range not satisfiable", { details });
}

/** PGRST106: the schema of Accept-Profile or Content-Profile is not exposed. */
export function schemaNotExposed(schema: string, exposed: string[]): RestError {
  const hint = `Only the following schemas are exposed: ${exposed.join(", ")}`;
  return new RestError(406, "PGRST106", `Invalid schema: ${schema}`, { hint });
}

/** PGRST107: none of the accepted media types can be produced. */
export function mediaTypesNotAvailable(accepted: string[]): RestError {
  return new RestError(406, "PGRST107", `None of these media types are available: ${accepted.join(", ")}`);
}

/** PGRST108: a filter, order or limit speaks of a resource that the select does not embed. */
export function notEmbedded(resource: string): RestError {
  const hint = `Verify that '${resource}' is included in the 'select' query parameter.`;
  return new RestError(400, "PGRST108", `'${resource}' is not an embedded resource in this request`, {
    hint,
  });
}

/** PGRST111: a function set `response.headers` to something else than headers. */
export function badResponseHeaders(): RestError {
  const message =
    "response.headers guc must be a JSON array composed of objects with a single key and a string value";
  return new RestError(500, "PGRST111", message);
}

/** PGRST112: a function set `response.status` to something else than a status. */
export function badResponseStatus(): RestError {
  return new RestError(500, "PGRST112", "response.status guc must be a valid status code");
}

/** PGRST116: one object was asked for and there are `rows`. */
export function notSingular(rows: number): RestError {
  const details = `The result contains ${rows} rows`;
  return new RestError(406, "PGRST116", "Cannot coerce the result to a single JSON object", { details });
}

/** PGRST117: no such thing can be done to a table. */
export function methodNotAllowed(method: string): RestError {
  return new RestError(405, "PGRST117", `Unsupported HTTP method: ${method}`);
}

/** PGRST122: `Prefer: handling=strict` came with preferences nobody knows. */
export function unknownPreferences(preferences: string[]): RestError {
  const details = `Invalid preferences: ${preferences.join(", ")}`;
  return new RestError(400, "PGRST122", "Invalid preferences given with handling=strict", { details });
}

/** PGRST123: aggregates are off, as on hosted projects. */
export function aggregatesNotAllowed(): RestError {
  return new RestError(400, "PGRST123", "Use of aggregate functions is not allowed");
}

/** PGRST124: more rows were touched than `Prefer: max-affected` allows. */
export function tooManyAffected(rows: number): RestError {
  const details = `The query affects ${rows} rows`;
  return new RestError(400, "PGRST124", "Query result exceeds max-affected preference constraint", {
    details,
  });
}

/** PGRST125: the path is neither a table nor a function. */
export function invalidPath(): RestError {
  return new RestError(404, "PGRST125", "Invalid path specified in request URL");
}

/** PGRST126: the OpenAPI description at the root is off. */
export function rootDisabled(): RestError {
  return new RestError(404, "PGRST126", "Root endpoint metadata is disabled");
}

/** PGRST128: max-affected makes sense only for functions that return a set. */
export function maxAffectedNeedsSet(): RestError {
  const message =
    "Function must return SETOF or TABLE when max-affected preference is used with handling=strict";
  return new RestError(400, "PGRST128", message);
}

/** PGRST200: resource embedding, which this service does not do. */
export function embeddingNotSupported(parent: string, child: string): RestError {
  return new RestError(
    400,
    "PGRST200",
    `Could not find a relationship between '${parent}' and '${child}' in the schema cache`,
    {
      details: "The local stack answers requests about one table or function at a time.",
      hint:
        `Resource embedding is not supported here: read '${child}' in a request of its own, or make a view or function.`,
    },
  );
}

/** PGRST204: the payload names a column that the table does not have. */
export function unknownColumn(table: string, column: string): RestError {
  const message = `Could not find the '${column}' column of '${table}' in the schema cache`;
  return new NotInSchemaCache(400, "PGRST204", message);
}

/** PGRST205: there is no such table or view. */
export function unknownTable(schema: string, table: string): RestError {
  const message = `Could not find the table '${schema}.${table}' in the schema cache`;
  return new NotInSchemaCache(404, "PGRST205", message);
}
