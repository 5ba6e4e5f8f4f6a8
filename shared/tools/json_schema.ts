/** Input schemas that are data: the JSON Schema in `tools.settings.input_schema`, for tools that are no code here. */
import { z } from "zod";

/** A tool's input schema is none, or has keywords that are not supported. */
export class UnusableSchema extends Error {
  readonly code = "unusable_schema";
}

/**
 * The zod schema of a JSON Schema (draft 2020-12 as far as zod's `fromJSONSchema` goes: no `if`, `not`,
 * `dependentRequired`, `unevaluatedProperties`, no references to outside). Its `default`s are filled in.
 * @throws UnusableSchema unless it is one of `"type": "object"` with keywords that are supported
 */
export function schemaFromJson(jsonSchema: unknown): z.ZodType<Record<string, unknown>> {
  const root = z.looseObject({ type: z.literal("object") }).safeParse(jsonSchema).data;
  if (!root) throw new UnusableSchema('An input schema has "type": "object"');
  try {
    // The root is an object, so what comes out is one.
    return z.fromJSONSchema(root as z.core.JSONSchema.JSONSchema) as z.ZodType<Record<string, unknown>>;
  } catch (error) {
    throw new UnusableSchema(error instanceof Error ? error.message : String(error));
  }
}
