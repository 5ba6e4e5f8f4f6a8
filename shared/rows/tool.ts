/** Tools as users see them: what there is, what it costs, what it takes. */
import { z } from "zod";

/** Which files an input field takes. */
export const fileRule = z.object({
  types: z.array(z.string()).describe("MIME types."),
  max_bytes: z.number().describe("The greatest size of a file, in bytes."),
  max_count: z.number().default(1).describe("More than one: the field is an array."),
});
/** By the input field that names the files. */
export const fileRules = z.record(z.string(), fileRule);
export type FileRules = z.infer<typeof fileRules>;

/** An enabled tool. */
export const tool = z.object({
  tool: z.string(),
  lane: z.string().describe("Its movements are told on `lane:{lane}`."),
  titles: z.record(z.string(), z.string()).describe("By language: `en`, `pt-BR`."),
  credit_cost: z.number().int().nonnegative().describe("Credits that a job costs."),
  effect: z.string().nullable().describe(
    "What a job changes besides itself (`project_node`, `model`); null: nothing.",
  ),
  timeout_seconds: z.number().positive().describe("How long one attempt may run."),
  max_waiting: z.number().int().positive().nullable().describe(
    "How many jobs a user may have waiting in its lane; null: any number.",
  ),
  priority: z.object({ default: z.number().int(), min: z.number().int(), max: z.number().int() }).describe(
    "What a job gets unless it asks for something else; users may ask from `min` to `default`, servers to `max`.",
  ),
  files: fileRules,
  input_schema: z.record(z.string(), z.unknown()).describe(
    "JSON Schema (draft 2020-12) of `input` in `POST /jobs`.",
  ),
});
export type Tool = z.infer<typeof tool>;

/** The answer of `GET /jobs/tools`: the enabled tools, by name. */
export const toolsResponse = z.object({ tools: z.array(tool) });
export type ToolsResponse = z.infer<typeof toolsResponse>;
