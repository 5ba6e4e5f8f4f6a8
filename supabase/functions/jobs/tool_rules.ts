/** What a tool asks of a job: the schema of its input, and rules for the files in it. */
import { z } from "zod";
import { EsteiraError } from "../../../shared/errors.ts";
import { schemaFromJson, UnusableSchema } from "../../../shared/tools/json_schema.ts";
import { inputSchemaOf } from "../../../shared/tools/registry.ts";
import { admin, unwrap } from "../_shared/engine/database.ts";

const fileRules = z.record(
  z.string(),
  z.object({ types: z.array(z.string()), max_bytes: z.number(), max_count: z.number().default(1) }),
);
/** Types and greatest size in bytes, by the input field that names the file. */
export type FileRules = z.infer<typeof fileRules>;

export interface ToolRules {
  /** The schema of its input: the registry's, else the JSON Schema in its settings. */
  schema: z.ZodType<Record<string, unknown>>;
  files: FileRules;
}

/** The rules of `tool`, switched on or not. Errors: 404 unknown_tool, 503 misconfigured when it has no schema of use. */
export async function toolRules(tool: string): Promise<ToolRules> {
  const row = unwrap(
    await admin().from("tools").select("settings").eq("tool", tool).maybeSingle(),
  );
  if (!row) {
    throw new EsteiraError("unknown_tool", `There is no tool ${JSON.stringify(tool)}.`, { field: "tool" });
  }
  const settings = row.settings as { files?: unknown; input_schema?: unknown };
  return {
    schema: inputSchemaOf(tool) ?? schemaOf(tool, settings.input_schema),
    files: fileRules.parse(settings.files ?? {}),
  };
}

function schemaOf(tool: string, jsonSchema: unknown): z.ZodType<Record<string, unknown>> {
  try {
    return schemaFromJson(jsonSchema);
  } catch (error) {
    if (!(error instanceof UnusableSchema)) throw error;
    const why = jsonSchema === undefined ? "it has none" : error.message;
    throw new EsteiraError("misconfigured", `The tool ${tool} has no input schema of use: ${why}.`);
  }
}
