/** Requests, checked by the contract's zod schemas before anything is done with them. */
import type { Context } from "hono";
import { z } from "zod";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { readText } from "./body.ts";
import { bare, type FieldIssue, fieldIssue } from "./issues.ts";
import { unstorable } from "../text/storable.ts";

/** How large a JSON body may be where nothing else is said. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface BodyOptions {
  maxBytes?: number;
  /** What is odd in its texts will be replaced before they are stored; otherwise it is refused here. */
  willBeRedacted?: boolean;
}

/**
 * Parses a JSON body with `schema`. Errors: 413 payload_too_large, 400 invalid_json; 422 invalid_input with the field in
 * details.
 */
export async function readBody<S extends z.ZodType>(
  context: Context,
  schema: S,
  { maxBytes = MAX_BODY_BYTES, ...options }: BodyOptions = {},
): Promise<z.output<S>> {
  const text = await readText(context.req.raw, maxBytes);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new EsteiraError("invalid_json", "The body is not JSON.");
  }
  const found = unstorable(body, options);
  if (found) throw invalidInput([{ field: found.path.join("."), message: found.message }]);
  return check(schema, body);
}

/**
 * Parses a query string with `schema`. A parameter that the schema has an array for may be given several times, any other
 * once. Error: 422 invalid_input with the parameter in details.
 */
export function readQuery<S extends z.ZodObject>(context: Context, schema: S): z.output<S> {
  const isList = (name: string) =>
    Object.hasOwn(schema.shape, name) && bare(schema.shape[name]) instanceof z.ZodArray;
  const given = Object.entries(context.req.queries()).map((
    [name, values],
  ) => [name, isList(name) || values.length > 1 ? values : values[0]]);
  return check(schema, Object.fromEntries(given));
}

/**
 * Checks a value. Error: 422 invalid_input, details `{field, allowed?, minimum?, maximum?, issues}`: all but the last are
 * the first issue's. `at` prefixes the path of the field.
 */
export function check<S extends z.ZodType>(schema: S, value: unknown, at: string[] = []): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidInput(result.error.issues.map((issue) => fieldIssue(issue, schema, at)));
}

function invalidInput(issues: FieldIssue[]): EsteiraError {
  const { field, message, ...limits } = issues[0] ?? { field: "", message: "Invalid input" };
  return new EsteiraError("invalid_input", `${field || "body"}: ${message}`, { field, ...limits, issues });
}
