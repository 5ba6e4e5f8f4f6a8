/** `POST /jobs` and `POST /jobs/batch`: create paid jobs and start them. */
import type { Context } from "hono";
import type { Json } from "../../../shared/database.types.ts";
import { createJobRequest, createJobsRequest } from "../../../shared/requests.ts";
import { background } from "../_shared/runtime/background.ts";
import { admin, unwrap } from "../_shared/engine/database.ts";
import { drainLane } from "../_shared/work/drain.ts";
import { check, readBody } from "../_shared/http/app.ts";
import { logJob } from "../_shared/runtime/log.ts";
import { type UserEnv, userOf } from "../_shared/http/user.ts";
import { checkContents } from "./input_files.ts";
import { toJob } from "./read.ts";
import { type ToolRules, toolRules } from "./tool_rules.ts";

/**
 * Answers 201 with `{job}`; the same idempotency key answers with the same job. Errors, all before anything is
 * written or charged: 401, 402 insufficient_credits, 404 unknown_tool, 409 tool_disabled, 413 file_too_large,
 * 415 unsupported_file_type, 422 invalid_input or file_not_found, 429 too_many_waiting,
 * 503 misconfigured (the tool has no input schema).
 */
export async function createJob(context: Context<UserEnv>): Promise<Response> {
  const { userId } = userOf(context);
  const request = await readBody(context, createJobRequest);
  const rules = await toolRules(request.tool);
  const input = check(rules.schema, request.input, ["input"]);
  await checkContents(rules.files, input, context.req.header("authorization") ?? "");

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
  started([job]);
  return context.json({ job: toJob(job) }, 201);
}

/** Answers 201 with `{jobs}` in the order asked for. All or none: the first error, as of createJob, is the answer. */
export async function createJobs(context: Context<UserEnv>): Promise<Response> {
  const { userId } = userOf(context);
  const { jobs: requests } = await readBody(context, createJobsRequest);
  const rulesByTool = new Map<string, ToolRules>();
  const checked: { rules: ToolRules; input: Record<string, unknown> }[] = [];
  for (const [index, { tool, input }] of requests.entries()) {
    const rules = rulesByTool.get(tool) ?? await toolRules(tool);
    rulesByTool.set(tool, rules);
    checked.push({ rules, input: check(rules.schema, input, ["jobs", String(index), "input"]) });
  }
  // The files last: each of them is a request to Storage.
  for (const { rules, input } of checked) {
    await checkContents(rules.files, input, context.req.header("authorization") ?? "");
  }

  const jobs = unwrap(
    await admin().rpc("create_jobs", {
      p_user_id: userId,
      p_jobs: requests.map((request, index) => ({
        tool: request.tool,
        input: checked[index]?.input as Json,
        metadata: request.metadata as Json,
        idempotency_key: request.idempotencyKey ?? null,
        run_at: request.runAt ?? null,
      })),
      p_caller_drains: true,
    }),
  );
  started(jobs);
  return context.json({ jobs: jobs.map(toJob) }, 201);
}

/** Logs what has been created and drains its lanes after the answer. */
function started(
  jobs: { id: string; lane: string; current_step: string; tool: string; credits_charged: number }[],
): void {
  for (const job of jobs) logJob(job.id, job.current_step, { tool: job.tool, cost: job.credits_charged });
  for (const lane of new Set(jobs.map((job) => job.lane))) background("drain", drainLane(lane));
}
