/** `GET /jobs/tools`: what a user can ask for, what it costs, and what it takes. */
import type { Context } from "hono";
import { z } from "zod";
import { type Tool, tool, type ToolsResponse } from "../../../shared/rows/tool.ts";
import { schemaFromJson } from "../../../shared/tools/json_schema.ts";
import { inputSchemaOf } from "../../../shared/tools/registry.ts";
import { admin, unwrap } from "../_shared/engine/database.ts";
import type { UserEnv } from "../_shared/http/user.ts";
import { logError } from "../_shared/runtime/log.ts";

/** Of the tools whose schema is code, which does not change while this process lives. */
const schemas = new Map<string, Record<string, unknown>>();

/** Answers `{tools}`: those that are enabled, by name. One that nobody could use for want of a good schema is left out. */
export async function listTools(context: Context<UserEnv>): Promise<Response> {
  const rows = unwrap(await admin().schema("worker").rpc("list_tools"));
  return context.json({ tools: rows.map(toTool).filter((tool) => tool !== null) } satisfies ToolsResponse);
}

function toTool(row: { tool: string; input_schema: unknown }): Tool | null {
  try {
    return tool.parse({ ...row, input_schema: codedSchema(row.tool) ?? usable(row.input_schema) });
  } catch (error) {
    logError("tools", error, { tool: row.tool });
    return null;
  }
}

/** The JSON Schema of a tool whose schema is code; what it takes, before defaults are filled in. */
function codedSchema(name: string): Record<string, unknown> | undefined {
  const coded = inputSchemaOf(name);
  if (!coded) return undefined;
  const known = schemas.get(name) ?? { ...z.toJSONSchema(coded, { io: "input" }) };
  schemas.set(name, known);
  return known;
}

/** A JSON Schema as the operator wrote it. @throws UnusableSchema when no job could be checked by it */
function usable(jsonSchema: unknown): unknown {
  schemaFromJson(jsonSchema);
  return jsonSchema;
}
