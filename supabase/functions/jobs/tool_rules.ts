/** What a tool asks of a job: the schema of its input, and rules for the files in it. */
import type { z } from "zod";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import { schemaFromJson, UnusableSchema } from "../../../shared/tools/json_schema.ts";
import { type FileRules, fileRules } from "../../../shared/rows/tool.ts";
import { inputSchemaOf } from "../../../shared/tools/registry.ts";
import { admin, unwrap } from "../_shared/engine/database.ts";
import { filesNamed } from "../_shared/files/named_files.ts";
import { check } from "../_shared/http/request.ts";

export interface ToolRules {
  /** The schema of its input: the registry's, else the JSON Schema in its settings. */
  schema: z.ZodType<Record<string, unknown>>;
  files: FileRules;
}

/** For how long rules are believed, in milliseconds. */
const BELIEVED_MS = 5_000;
const believed = new Map<string, { rules: ToolRules; until: number }>();

/** An input that its tool takes, and the tool's rules. */
export interface Checked {
  rules: ToolRules;
  input: Record<string, unknown>;
}

/**
 * Checks an input by the rules of its tool; `at`: where it stands in the request. For an input that names no file rules are
 * read again after some seconds: until then what they allowed a moment ago is allowed, and nothing is refused by them (what
 * else a tool says, its price or that it is switched off, SQL reads each time). Errors: 422 invalid_input, and those of
 * toolRules.
 */
export async function checkInput(
  tool: string,
  given: unknown,
  at: string[],
  now = performance.now(),
): Promise<Checked> {
  const known = believed.get(tool);
  const taken = known && now < known.until ? known.rules.schema.safeParse(given) : undefined;
  if (known && taken?.success && filesNamed(known.rules.files, taken.data).length === 0) {
    return { rules: known.rules, input: taken.data };
  }
  const rules = await toolRules(tool);
  believed.set(tool, { rules, until: now + BELIEVED_MS });
  return { rules, input: check(rules.schema, given, at) };
}

/** The rules of `tool`, switched on or not. Errors: 404 unknown_tool, 503 misconfigured when it has no schema of use. */
export async function toolRules(tool: string): Promise<ToolRules> {
  const row = unwrap(
    await admin().from("tools").select("settings").eq("tool", tool).maybeSingle(),
  );
  if (!row) throw await unknownTool(tool);
  const settings = row.settings as { files?: unknown; input_schema?: unknown };
  return {
    schema: inputSchemaOf(tool) ?? schemaOf(tool, settings.input_schema),
    files: fileRules.parse(settings.files ?? {}),
  };
}

/** Error: 404 unknown_tool. A tool that is switched off is known all the same. */
export async function assertKnown(tool: string): Promise<void> {
  if (!unwrap(await admin().from("tools").select("tool").eq("tool", tool).maybeSingle())) {
    throw await unknownTool(tool);
  }
}

/** Names the tools that there are: asked for only now that somebody needs to know. */
async function unknownTool(tool: string): Promise<EsteiraError> {
  const rows = unwrap(await admin().from("tools").select("tool").eq("is_enabled", true).order("tool"));
  const details = { field: "tool", allowed: rows.map(({ tool }) => tool) };
  return new EsteiraError("unknown_tool", `There is no tool ${JSON.stringify(tool)}.`, details);
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
