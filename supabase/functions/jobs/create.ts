/** `POST /jobs` and `POST /jobs/batch`: create paid jobs and start them. */
import type { Context } from "hono";
import type { Database, Json } from "../../../shared/database.types.ts";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import {
  createJobRequest,
  createJobsRequest,
  type JobResponse,
  type JobsResponse,
} from "../../../shared/requests/requests.ts";
import { toJob } from "../../../shared/rows/job.ts";
import { admin, isNews, type unwrap, worker } from "../_shared/engine/database.ts";
import { messagesIn } from "../_shared/engine/messages.ts";
import { filesNamed } from "../_shared/files/named_files.ts";
import { check, readBody } from "../_shared/http/request.ts";
import {
  type Creator,
  creatorOf,
  nobodyThere,
  requireStillThere,
  unwrapFor,
  type UserEnv,
} from "../_shared/http/user.ts";
import { background } from "../_shared/runtime/background.ts";
import { logJob } from "../_shared/runtime/log.ts";
import { drainLane, submitCreated, submitWaiting } from "../_shared/work/drain_later.ts";
import { copyFiles } from "./input_files.ts";
import { type Checked, checkInput, type ToolRules } from "./tool_rules.ts";

/** A thousand jobs with long prompts. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

type Row = Database["public"]["Tables"]["jobs"]["Row"];

/**
 * Answers 201 with `{job}`; the same idempotency key and request answer with the same job. Errors, all before anything is
 * written or charged: 401, 402 insufficient_credits, 403 forbidden (another user's), 404 unknown_tool or user_not_found,
 * 409 tool_disabled or idempotency_conflict, 413 file_too_large or storage_full, 415 unsupported_file_type, 422
 * invalid_input, invalid_priority or file_not_found, 429 too_many_creates, too_many_waiting or too_many_refunds, 503
 * misconfigured (the tool has no input schema).
 */
export async function createJob(context: Context<UserEnv>): Promise<Response> {
  const request = await readBody(context, createJobRequest);
  const creator = creatorOf(context, request.userId);
  const { userId, isServer } = creator;
  const { rules, input } = await checkInput(request.tool, request.input, ["input"]);
  if (!isServer && namesFiles({ rules, input })) await requireStillThere(context);
  const handed = await copyFiles(userId, [{ rules, input }]);

  const answer = await worker().rpc("create_job", {
    p_user_id: userId,
    p_tool: request.tool,
    p_input: input as Json,
    p_metadata: request.metadata as Json,
    p_by_user: !isServer,
    p_handed: handed.keys,
    ...request.priority === undefined ? {} : { p_priority: request.priority },
    ...request.idempotencyKey ? { p_idempotency_key: request.idempotencyKey } : {},
    ...request.runAt ? { p_run_at: utc(request.runAt) } : {},
  });
  handed.settle(answer);
  const { job, message } = created(creator, answer) as unknown as { job: Row; message?: unknown };
  if (isNews(answer)) logCreated(job);
  else logJob(job.id, "asked for again", { step: job.current_step });
  background("drain", begin(job.lane, message));
  return context.json({ job: toJob(job) } satisfies JobResponse, 201);
}

/** Answers 201 with `{jobs}` in the order asked for. All or none: the first error, as of createJob, is the answer. */
export async function createJobs(context: Context<UserEnv>): Promise<Response> {
  const request = await readBody(context, createJobsRequest, { maxBytes: MAX_BATCH_BYTES });
  const creator = creatorOf(context, request.userId);
  const { userId, isServer } = creator;
  const rulesByTool = new Map<string, ToolRules>();
  const checked: Checked[] = [];
  for (const [index, { tool, input }] of request.jobs.entries()) {
    const at = ["jobs", String(index), "input"];
    const rules = rulesByTool.get(tool);
    const one = rules ? { rules, input: check(rules.schema, input, at) } : await checkInput(tool, input, at);
    checked.push(one);
    rulesByTool.set(tool, one.rules);
  }
  if (!isServer && checked.some(namesFiles)) await requireStillThere(context);
  // The files last: each of them is a few requests to Storage.
  const handed = await copyFiles(userId, checked);

  const answer = await admin().rpc("create_jobs", {
    p_user_id: userId,
    p_jobs: request.jobs.map((wish, index) => ({
      tool: wish.tool,
      input: checked[index]?.input as Json,
      metadata: wish.metadata as Json,
      priority: wish.priority ?? null,
      idempotency_key: wish.idempotencyKey ?? null,
      run_at: wish.runAt ? utc(wish.runAt) : null,
    })),
    p_caller_drains: true,
    p_by_user: !isServer,
    p_handed: handed.keys,
  });
  handed.settle(answer);
  const jobs = created(creator, answer);
  if (isNews(answer)) newest(jobs).forEach(logCreated);
  for (const lane of new Set(jobs.map((job) => job.lane))) background("drain", drainLane(lane));
  return context.json({ jobs: jobs.map(toJob) } satisfies JobsResponse, 201);
}

/** Submits the job that has just been created, where it has a slot and is its creator's to submit; else drains its lane. */
async function begin(lane: string, leased: unknown): Promise<number> {
  const [message] = leased === undefined ? [] : messagesIn([leased]);
  return await (message ? submitCreated(message) : submitWaiting(lane));
}

/** Storage would say that the files of somebody who is gone are not there, before the database can say who is gone. */
const namesFiles = ({ rules, input }: Checked): boolean => filesNamed(rules.files, input).length > 0;

/** PostgreSQL knows fewer time zones than ISO 8601. */
const utc = (time: string): string => new Date(time).toISOString();

function logCreated({ id, current_step, tool, credits_charged }: Row): void {
  logJob(id, current_step, { tool, cost: credits_charged });
}

/** The jobs of a batch that it has made, each once: they are of one moment, after that of any job that a key stood for. */
function newest(jobs: Row[]): Row[] {
  const moment = jobs.map(({ created_at }) => created_at).toSorted().at(-1);
  return [...new Map(jobs.map((job) => [job.id, job])).values()].filter(({ created_at }) =>
    created_at === moment
  );
}

/** Unwraps. A server may have named a user that there is not, for a job that is free: SQL finds that out last. */
function created<A extends Parameters<typeof unwrap>[0]>(
  creator: Creator,
  answer: A,
): ReturnType<typeof unwrap<A>> {
  const { error } = answer;
  if (error?.code === "23503" && error.message.includes("user_id")) {
    throw creator.isServer ? new EsteiraError("user_not_found", "There is no such user.") : nobodyThere();
  }
  return unwrapFor(creator, answer);
}
