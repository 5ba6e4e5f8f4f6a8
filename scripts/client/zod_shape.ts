/** What a zod schema says of its parts, whatever is wrapped around them. */
import { z } from "zod";

/** The fields of an object's schema; none for other schemas. */
export function fieldsOf(schema: unknown): Readonly<Record<string, unknown>> {
  const bare = unwrap(schema);
  return bare instanceof z.ZodObject ? bare.shape : {};
}

/** The schema of an array's elements. */
export function elementOf(schema: unknown): unknown {
  const bare = unwrap(schema);
  return bare instanceof z.ZodArray ? bare.element : undefined;
}

/** The schema's own description, or that of what it wraps. */
export function descriptionOf(schema: unknown): string | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  return schema.description ?? (isWrapper(schema) ? descriptionOf(schema.def.innerType) : undefined);
}

function unwrap(schema: unknown): unknown {
  return isWrapper(schema) ? unwrap(schema.def.innerType) : schema;
}

function isWrapper(schema: unknown): schema is z.ZodType & { def: { innerType: unknown } } {
  return schema instanceof z.ZodType && "innerType" in schema.def;
}
