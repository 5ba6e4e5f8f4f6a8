/** What the tests of the tool `image` in different lanes share. */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Job } from "../../shared/rows/job.ts";
import { jobResponse } from "../../shared/requests/requests.ts";
import { isTerminal } from "../../shared/words/statuses.ts";
import { callFunction } from "../world/api.ts";
import type { Environment, User } from "../world/environment.ts";

/** What a completed job leaves behind: its attempt, its webhook, and the bytes of its first file. */
export async function evidenceOf({ sql }: Environment, { client }: User, job: Job) {
  const [attempt] = await sql`
    select token, external_id, checkpoint, raw_api_response, raw_webhook_payload from public.job_attempts
    where job_id = ${job.id} and attempt = ${job.attempt}`;
  const [event] = await sql`select verified_by, verdict from private.webhook_events where job_id = ${job.id}`;
  const { data } = await client.storage.from("outputs").download(job.output?.files[0]?.path ?? "");
  assert.ok(attempt && event && data);
  return { attempt, event: { ...event }, file: Buffer.from(await data.arrayBuffer()) };
}

/**
 * Creates an image job, or takes the one there is, and looks after it as the reaper does each minute until it has
 * completed. Checks that no webhook of its last attempt was stored.
 */
export async function completedByPoll(
  environment: Environment,
  { accessToken: token }: User,
  lane: string,
  wanted: string | { id: string },
): Promise<Job> {
  const { sql } = environment;
  await sql`update private.lanes set poll_after = '1 millisecond', poll_every = '1 second' where lane = ${lane}`;
  const call = async (path: string, method: string, body?: unknown) =>
    jobResponse.parse((await callFunction(environment, `jobs${path}`, { method, token, body })).body).job;
  const { id } = typeof wanted === "string"
    ? await call("", "POST", { tool: "image", input: { prompt: wanted } })
    : wanted;
  const reaping = setInterval(() => void sql`select worker.reap()`.catch(() => {}), 300);
  const job = await eventually(async () => {
    const job = await call(`/${id}`, "GET");
    return isTerminal(job.status) ? job : undefined;
  }, { what: "the end of the job", timeoutMs: 20_000 }).finally(() => clearInterval(reaping));
  assert.equal(job.status, "completed", job.error_message ?? "");
  const stored =
    await sql`select from private.webhook_events where job_id = ${id} and attempt = ${job.attempt}`;
  assert.equal(stored.length, 0, "no webhook was stored");
  return job;
}
