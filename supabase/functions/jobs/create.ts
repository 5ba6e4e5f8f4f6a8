/** `POST /jobs`: creates a paid job and starts it. */
import type { Context } from "hono";
import type { Json } from "../../../shared/database.types.ts";
import { EsteiraError } from "../../../shared/errors.ts";
import { createJobRequest } from "../../../shared/requests.ts";
import { inputSchemaOf } from "../../../shared/tools/registry.ts";
import { background } from "../_shared/background.ts";
import { admin, unwrap } from "../_shared/database.ts";
import { drainLane } from "../_shared/drain.ts";
import { check, readBody } from "../_shared/http.ts";
import { logJob } from "../_shared/log.ts";
import { type JobsEnv, userOf } from "./context.ts";
import { checkContents, fileRulesOf } from "./input_files.ts";
import { toJob } from "./read.ts";

/**
 * Answers 201 with `{job}`; the same idempotency key answers with the same job. Errors, all before anything is
 * written or charged: 401, 402 insufficient_credits, 404 unknown_tool, 409 tool_disabled, 413 file_too_large,
 * 415 unsupported_file_type, 422 invalid_input or file_not_found, 429 too_many_waiting.
 */
export async function createJob(context: Context<JobsEnv>): Promise<Response> {
  const { userId } = userOf(context);
  const request = await readBody(context, createJobRequest);
  const schema = inputSchemaOf(request.tool);
  if (!schema) {
    throw new EsteiraError(
      "unknown_tool",
      `There is no tool ${JSON.stringify(request.tool)}.`,
      {
        field: "tool",
      },
    );
  }
  const input = check(schema, request.input, ["input"]);
  await checkContents(
    await fileRulesOf(request.tool),
    input,
    context.req.header("authorization") ?? "",
  );

  const job = unwrap(
    await admin().rpc("create_job", {
      p_user_id: userId,
      p_tool: request.tool,
      p_input: input as Json,
      p_metadata: request.metadata as Json,
      p_caller_drains: true,
      ...request.idempotencyKey ? { p_idempotency_key: request.idempotencyKey } : {},
      ...request.runAt ? { p_run_at: request.runAt } : {},
    }),
  );
  logJob(job.id, job.current_step, {
    tool: job.tool,
    cost: job.credits_charged,
  });
  background("drain", drainLane(job.lane));
  return context.json({ job: toJob(job) }, 201);
}
