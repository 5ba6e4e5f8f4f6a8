/** What a caller did wrong, as details of an error: the field at fault, and what would have been allowed in its place. */
import { z } from "zod";

/** One thing that is wrong with a value. Limits are there where zod knows them: of a number, or of a length. */
export interface FieldIssue {
  /** Path of the field, `input.scale`; empty for the value itself. */
  field: string;
  message: string;
  /** All values, or names of fields, that are allowed. */
  allowed?: unknown[];
  minimum?: number;
  maximum?: number;
}

/** An issue that zod found in a value of `schema`; `at` prefixes the path of the field. */
export function fieldIssue(issue: z.core.$ZodIssue, schema: z.ZodType, at: string[] = []): FieldIssue {
  const unknownKey = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  return {
    field: [...at, ...issue.path, ...unknownKey].join("."),
    message: issue.message,
    ...allowedBy(issue, schema),
  };
}

function allowedBy(issue: z.core.$ZodIssue, schema: z.ZodType): Omit<FieldIssue, "field" | "message"> {
  switch (issue.code) {
    case "invalid_value":
      return { allowed: [...issue.values] };
    case "unrecognized_keys": {
      const allowed = keysAt(schema, issue.path);
      return allowed ? { allowed } : {};
    }
    case "too_small":
      return { minimum: Number(issue.minimum) };
    case "too_big":
      return { maximum: Number(issue.maximum) };
    case "invalid_union": {
      const alternatives = issue.errors.map((errors) => errors[0]);
      const values = alternatives.map((error) =>
        error?.code === "invalid_value" && error.path.length === 0 ? error.values : []
      );
      return values.length > 0 && values.every(({ length }) => length > 0) ? { allowed: values.flat() } : {};
    }
    default:
      return {};
  }
}

/** The names of the fields that an object at `path` in a value of `schema` has; undefined where that cannot be told. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] | undefined {
  let at: unknown = bare(schema);
  for (const key of path) {
    if (at instanceof z.ZodObject) at = Object.hasOwn(at.shape, key) ? at.shape[String(key)] : undefined;
    else if (at instanceof z.ZodArray) at = at.element;
    else return undefined;
    at = bare(at);
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : undefined;
}

/** A schema without what makes it optional, nullable or gives it a default. */
export function bare(schema: unknown): unknown {
  while (
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
  ) {
    schema = schema.unwrap();
  }
  return schema;
}
