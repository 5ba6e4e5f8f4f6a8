/**
 * Operators over the Data API: the schema `ops_api`, with the tokens that users have. Who is one says the database; what
 * their token says is not asked.
 */
import assert from "node:assert/strict";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";

interface Told {
  status: number;
  body: unknown;
}

/** Calls a function of ops_api as PostgREST has it. */
async function ask(
  { deployment }: Environment,
  name: string,
  args: Record<string, unknown> = {},
  token = deployment.publishableKey,
): Promise<Told> {
  const response = await fetch(`${deployment.apiUrl}/rest/v1/rpc/${name}`, {
    method: "POST",
    headers: {
      apikey: deployment.publishableKey,
      ...token === deployment.publishableKey ? {} : { Authorization: `Bearer ${token}` },
      "Content-Profile": "ops_api",
      "Content-Type": "application/json",
    },
    body: JSON.stringify(args),
  });
  return { status: response.status, body: await response.json() };
}

const role = ({ sql }: Environment, { userId }: User, as: string | null) =>
  sql`select ops.set_operator(${userId}, ${as}, 'for a test')`;

/** A job of a user's that has failed. */
async function failedJob({ sql }: Environment, { userId }: User): Promise<string> {
  const [job] = await sql<{ id: string }[]>`
    insert into public.jobs (user_id, tool, lane, ticket, status, current_step, completed_at, failed_at_step, error_code,
      error_message, input)
    values (${userId}, 'upscaler', 'runninghub', 1, 'failed', 'failed', now(), 'running', 'provider_error', 'It broke.',
      '{"prompt": "a secret"}')
    returning id`;
  return job?.id ?? "";
}

Deno.test("operators act and read over the Data API, and nobody else does", async (t) => {
  const environment = await startEnvironment();
  const { sql } = environment;
  try {
    const [owner, support, admin] = [
      await environment.signUp(10),
      await environment.signUp(0),
      await environment.signUp(0),
    ];
    await sql`update public.tools set settings = settings - 'files' where tool = 'upscaler'`;
    const jobId = await failedJob(environment, owner);
    const retry = { p_action: "retry", p_filter: { job_id: jobId } };

    await t.step("somebody who is not signed in, and users, are refused", async () => {
      const anonymous = await ask(environment, "me");
      assert.ok([401, 403].includes(anonymous.status), JSON.stringify(anonymous));
      for (const name of ["me", "act", "jobs", "audit", "operators"]) {
        const told = await ask(environment, name, name === "act" ? retry : {}, owner.accessToken);
        assert.equal(told.status, 403, name);
        assert.equal((told.body as { details: string }).details, "not_an_operator");
      }
    });

    await t.step("whoever is made one is one at once, with the token they have", async () => {
      await role(environment, support, "support");
      const lanes = await environment.sql<{ lane: string }[]>`select lane from private.lanes order by lane`;
      const { body } = await ask(environment, "me", {}, support.accessToken);
      assert.deepEqual(body, {
        user_id: support.userId,
        role: "support",
        actions: ["retry", "refund"],
        left: { retries_a_day: 50, refunds_a_day: 20, refunded_credits_a_day: 1000 },
        lanes: lanes.map(({ lane }) => lane),
      });
      assert.equal((await ask(environment, "operators", {}, support.accessToken)).status, 403);
    });

    await t.step("support sees a job, its payloads masked, and why it stands where it stands", async () => {
      const { body } = await ask(environment, "job", { p_job_id: jobId }, support.accessToken);
      assert.deepEqual((body as { job: { input: unknown } }).job.input, { prompt: "•••" });
      const diagnosed = await ask(environment, "diagnose", { p_job_id: jobId }, support.accessToken);
      assert.ok(Array.isArray(diagnosed.body) && diagnosed.body.length > 0, JSON.stringify(diagnosed));
    });

    await t.step("a retry is done for its owner, and told by the audit", async () => {
      const dry = await ask(environment, "act", retry, support.accessToken);
      assert.equal((dry.body as { qualified: number }).qualified, 1, JSON.stringify(dry));
      const done = await ask(environment, "act", { ...retry, p_dry_run: false }, support.accessToken);
      assert.equal((done.body as { done: number }).done, 1, JSON.stringify(done));
      const { data } = await owner.client.from("jobs").select("id, user_id").eq("retried_from", jobId);
      assert.equal(data?.length, 1);
      await role(environment, admin, "admin");
      const { body } = await ask(environment, "audit", {}, admin.accessToken);
      const acts = (body as { action: string; actor: string }[]).filter(({ action }) => action === "retry");
      assert.deepEqual(acts.map(({ actor }) => actor), [support.userId]);
    });

    await t.step("an admin pauses a lane, and whoever is one no more does nothing", async () => {
      const pause = {
        p_action: "pause",
        p_filter: { lane: "runninghub" },
        p_dry_run: false,
        p_reason: "It is down",
      };
      assert.equal((await ask(environment, "act", pause, support.accessToken)).status, 403);
      assert.equal((await ask(environment, "act", pause, admin.accessToken)).status, 200);
      const [lane] = await sql`select pause_reason from private.lanes where lane = 'runninghub'`;
      assert.equal(lane?.pause_reason, "It is down");
      await role(environment, admin, null);
      assert.equal((await ask(environment, "act", pause, admin.accessToken)).status, 403);
    });
  } finally {
    await environment.close();
  }
});
