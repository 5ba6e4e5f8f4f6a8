/** Values that a JSON Schema of the API's description allows. */
import type { Chance } from "./chance.ts";

/** As much of JSON Schema as the description uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  format?: string;
}

/** What samples are made of. */
export interface Stock {
  chance: Chance;
  /** Schemas by name, for `$ref`. */
  named: Readonly<Record<string, Schema>>;
  /** Values that mean something here, by the name of the field: ids of jobs, names of tools. */
  known: Readonly<Record<string, readonly unknown[]>>;
}

/** A value of `schema`, for a field called `name`. */
export function sample(schema: Schema, stock: Stock, name = ""): unknown {
  const { chance, named, known } = stock;
  const values = Object.hasOwn(known, name) ? known[name] : undefined;
  if (values?.length) return structuredClone(chance.pick(values));
  if (schema.$ref) return sample(named[schema.$ref.split("/").at(-1) ?? ""] ?? {}, stock, name);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return chance.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return sample(chance.pick(choices), stock, name);
  const type = Array.isArray(schema.type) ? chance.pick(schema.type) : schema.type;
  switch (type) {
    case "object":
      return objectOf(schema, stock);
    case "array": {
      const least = schema.minItems ?? 0;
      const length = chance.integer(least, Math.min(schema.maxItems ?? least + 2, least + 2));
      return Array.from({ length }, () => sample(schema.items ?? {}, stock));
    }
    case "integer":
    case "number":
      return numberOf(schema, chance);
    case "boolean":
      return chance.oneIn(2);
    case "null":
      return null;
    case "string":
      return textOf(schema, stock);
    default:
      return chance.pick<unknown>(["text", 1, null, true, [1], { a: "b" }]);
  }
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema, stock: Stock): unknown {
  const made: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties)) {
    if (required.includes(name) || stock.chance.oneIn(2)) made[name] = sample(schema, stock, name);
  }
  if (Object.keys(properties).length === 0 && additionalProperties !== false) {
    for (let more = stock.chance.integer(0, 2); more > 0; more--) made[`field${more}`] = sample({}, stock);
  }
  return made;
}

function numberOf({ minimum, exclusiveMinimum, maximum }: Schema, chance: Chance): number {
  const least = minimum ?? (exclusiveMinimum === undefined ? 0 : exclusiveMinimum + 1);
  return chance.integer(least, Math.min(maximum ?? least + 1000, least + 1000));
}

function textOf({ format }: Schema, { chance, known }: Stock): unknown {
  if (format === "uuid") return chance.pick(known.id ?? ["0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f"]);
  if (format === "date-time") return chance.pick(["2030-01-01T00:00:00Z", "2026-12-31T23:59:59.999-03:00"]);
  if (format === "uri") return "https://files.example/a.png";
  return chance.pick(["text", "a", "Über 😀", "x".repeat(40)]);
}
