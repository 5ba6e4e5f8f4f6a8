/** What keeps a running job from its end is made with real functions, and is the first thing that is said of it. */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { callFunction, createJob, jobWhen } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { moveTool } from "../world/move_tool.ts";

/** Waits until a verdict is the first on a job. Returns it. */
async function firstVerdict({ sql }: Environment, id: string, code: string) {
  return await eventually(async () => {
    const [first] = await sql`select code, level, detail, evidence from ops.diagnose(${id}) where rank = 1`;
    return first?.code === code ? first : undefined;
  }, { timeoutMs: 20_000, what: `${code} to be the first verdict` });
}

/** What its owner is told first, in English and Portuguese. */
async function toldTo({ client }: User, id: string): Promise<Record<string, string>> {
  const { data, error } = await client.rpc("why", { p_job_id: id });
  if (error) throw error;
  return data.find(({ rank }: { rank: number }) => rank === 1)?.words as Record<string, string>;
}

/** Has the provider asked now, or the result copied. */
async function lookNow({ sql }: Environment, id: string): Promise<void> {
  await sql`update pgmq.q_settle_queue set vt = clock_timestamp() where message ->> 'job_id' = ${id}`;
  await sql`select worker.wake(lane) from public.jobs where id = ${id}`;
}

/** Images take no time, as measured just now. */
async function isUsuallyFast({ sql }: Environment): Promise<void> {
  await sql`
    insert into private.tool_paces (tool, samples, p50, p95, measured_at)
    values ('image', 20, '10 milliseconds', '20 milliseconds', now()) on conflict (tool) do update
    set samples = 20, p50 = excluded.p50, p95 = excluded.p95, measured_at = now()`;
}

Deno.test("what keeps a running job from its end is the first thing that is said of it", async (t) => {
  const environment = await startEnvironment();
  const { fal, kie, sql } = environment;
  const user = await environment.signUp(20);
  await moveTool(environment, "image", "fal");
  await sql`update private.lanes set poll_after = '10 minutes', poll_every = '10 minutes'`;
  const create = async (prompt: string) => (await createJob(environment, user, "image", { prompt })).id;
  const ended = async (id: string) => {
    const isOver = ({ status }: { status: string }) => status === "completed";
    await jobWhen(environment, user, id, isOver, "its completion");
    assert.equal((await firstVerdict(environment, id, "completed")).level, "ok");
  };

  try {
    await t.step("a webhook with a bad signature: broken, and an operator's to mend", async () => {
      fal.misbehave({ times: 1, fault: { kind: "wrong_signature" } });
      const id = await create("forged");
      const { level, evidence } = await firstVerdict(environment, id, "webhook_refused");
      assert.deepEqual([level, evidence.reason, evidence.taken_in], ["error", "bad_signature", 0]);
      const words = await toldTo(user, id);
      assert.match(words.en ?? "", /could not be believed. We ask the service ourselves/);
      assert.match(words["pt-BR"] ?? "", /não são confiáveis. Nós mesmos perguntamos/);
      await lookNow(environment, id);
      await ended(id);
    });

    await t.step("a webhook with a wrong token is counted, one about no job is not", async () => {
      fal.misbehave({ times: 1, fault: { kind: "slow", ms: 2000 } });
      const id = await create("a stranger's");
      await firstVerdict(environment, id, "provider_running");
      for (const job of [id, id, crypto.randomUUID()]) {
        const answer = await callFunction(environment, `fal-webhook/${job}/${crypto.randomUUID()}`, {
          body: {},
        });
        assert.equal(answer.status, 404);
      }
      const refused = await eventually(async () => {
        const { level, evidence } = await firstVerdict(environment, id, "webhook_refused");
        return evidence.times === 2 ? [level, evidence.reason] : undefined;
      }, { what: "both to be counted" });
      assert.deepEqual(refused, ["warn", "wrong_token"]);
      await ended(id);
      assert.equal((await sql`select from private.webhook_refusals where reason = 'wrong_token'`).length, 1);
    });

    await t.step("a webhook that does not come; a provider that is slow, and then down", async () => {
      await isUsuallyFast(environment);
      fal.misbehave({ times: 1, fault: { kind: "slow", ms: 60_000 } });
      const id = await create("slow");
      const overdue = await firstVerdict(environment, id, "webhook_overdue");
      assert.match(overdue.detail, /^fal has not called back for/);
      await isUsuallyFast(environment); // it may have been measured meanwhile
      await lookNow(environment, id);
      const slow = await firstVerdict(environment, id, "provider_slow");
      assert.match(slow.detail, /nineteen of twenty take 0 s at most/);
      fal.misbehave({ fault: { kind: "http_error", path: "status", status: 503, times: 1000 } });
      await eventually(async () => {
        await lookNow(environment, id);
        const [lane] = await sql`select circuit_opened_at from private.lanes where lane = 'fal'`;
        return lane?.circuit_opened_at ?? undefined;
      }, { timeoutMs: 20_000, what: "the circuit to open" });
      const down = await firstVerdict(environment, id, "provider_down");
      assert.match(down.detail, /^fal is taken for down: /);
      assert.match((await toldTo(user, id)).en ?? "", /^The service that does your job is down/);
      fal.behave();
      await sql`select worker.provider_up('fal')`;
    });

    await t.step("a result that cannot be fetched, with why", async () => {
      fal.misbehave({ fault: { kind: "http_error", path: "output", status: 500, times: 1000 } });
      const id = await create("out of reach");
      const { evidence } = await firstVerdict(environment, id, "copy_blocked");
      assert.match(evidence.error, /HTTP 500/);
      fal.behave();
      await lookNow(environment, id);
      await ended(id);
    });

    await t.step("a submit that nobody has answered", async () => {
      await moveTool(environment, "image", "kie");
      kie.misbehave({ fault: { kind: "http_error", path: "submit", status: 503, times: 1 } });
      const id = await create("in doubt");
      await eventually(async () => {
        const [attempt] = await sql`select from public.job_attempts where job_id = ${id} and submits > 0`;
        return attempt;
      }, { what: "its submit" });
      await firstVerdict(environment, id, "submitting");
      await sql`
        update public.job_attempts set submit_until = clock_timestamp() - interval '1 minute' where job_id = ${id}`;
      assert.equal((await firstVerdict(environment, id, "submit_in_doubt")).level, "warn");
    });
  } finally {
    await environment.close();
  }
});
