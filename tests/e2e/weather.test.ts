/** What is nobody's fault, and what is the operator's: neither costs a job an attempt, its time or its price. */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { Scene, taskOf, tasksOf } from "../world/scene.ts";

const AWAY_MS = 14_000; // enough to make an upscale fail for good once

Deno.test("a provider that is away, and an account that is set up wrong, cost no job an attempt", async (t) => {
  const scene = await Scene.start();
  const { runninghub, kie, sql } = scene.environment;
  const circuit = async () => {
    const [lane] = await sql`
      select circuit_opened_at, circuit_reason from private.lanes where lane = 'runninghub'`;
    return lane;
  };
  const account = async (lane: string) => {
    const [account] = await sql`
      select account_id, paused_until > now() as is_paused, pause_reason, settings ->> 'base_url' as base_url
      from private.accounts where lane = ${lane}`;
    return account;
  };
  /** Waits until an account is paused as one that cannot be used, and returns why. */
  const misconfigured = async (lane: string): Promise<string> =>
    await eventually(async () => {
      const { is_paused, pause_reason } = await account(lane) ?? {};
      return is_paused && pause_reason.startsWith("misconfigured") ? pause_reason : undefined;
    }, { what: "the account to be paused", timeoutMs: 20_000 });
  /** Checks that a job has completed by its first attempt and its only task, whatever it went through. */
  const isUnharmed = async (simulator: typeof runninghub | typeof kie, id: string) => {
    const job = await eventually(async () => {
      const job = await scene.job(id);
      return job.completed_at ? job : undefined;
    }, { what: "the end of the job", timeoutMs: 60_000 });
    assert.deepEqual(
      [job.status, job.attempt, job.retry_count],
      ["completed", 1, 0],
      job.error_message ?? "",
    );
    assert.equal(tasksOf(simulator, id).length, 1);
    assert.deepEqual(await scene.ledger(id), ["charge"]);
    return job;
  };
  /** Checks what is said first of a job that waits, and that nothing of a key or an address is. */
  const isSaid = async (id: string, code: string, evidence: Record<string, unknown>) => {
    // A job that is tried just now says what its provider answers; it waits again in a moment.
    const first = await eventually(async () => {
      const [first] = await sql`select code, evidence, detail from ops.diagnose(${id}) where rank = 1`;
      return first?.code === code ? first : undefined;
    }, { what: `the verdict ${code}`, timeoutMs: AWAY_MS });
    for (const [name, value] of Object.entries(evidence)) assert.equal(first?.evidence[name], value);
    for (const secret of [kie.apiKey.slice(4), new URL(runninghub.url).host]) {
      assert.ok(!JSON.stringify(first).includes(secret), JSON.stringify(first));
    }
  };
  const setKey = (key: string) =>
    sql`select vault.update_secret(id, ${key}) from vault.secrets where name = 'kie_simulator'`;
  const setUrl = (url: string) =>
    sql`update private.accounts set settings = settings || ${
      sql.json({ base_url: url })
    } where lane = 'runninghub'`;

  try {
    const runs: string[] = [];
    let back = Promise.resolve();
    await t.step(
      "RunningHub refuses connections: its circuit opens, whoever runs or comes waits",
      async () => {
        runninghub.misbehave({ times: 1, fault: { kind: "slow", ms: 2000 } });
        runs.push((await scene.running(await scene.upscale())).id);
        back = runninghub.outage({ how: "refused", ms: AWAY_MS });
        runs.push(await scene.upscale(), await scene.upscale(), await scene.upscale());
        const { circuit_reason } = await eventually(async () => {
          const lane = await circuit();
          return lane?.circuit_opened_at ? lane : undefined;
        }, { what: "the circuit to open", timeoutMs: AWAY_MS });
        assert.ok(circuit_reason);
        for (const id of runs) {
          const job = await scene.job(id);
          assert.equal(job.completed_at, null);
          assert.ok(!JSON.stringify(job).includes(new URL(runninghub.url).host), "no address is told");
        }
        // One of them tries whether the provider is back; of the others it is told why they wait.
        const waits = await eventually(async () => {
          for (const id of runs) if ((await scene.job(id)).status === "pending") return id;
        }, { what: "a job that waits", timeoutMs: AWAY_MS });
        await isSaid(waits, "circuit_open", { reason: circuit_reason });
      },
    );

    await t.step("meanwhile other lanes work, be it with JSON as Python writes it", async () => {
      kie.misbehave({ contains: "not a number", fault: { kind: "python_json" } });
      const job = await isUnharmed(kie, await scene.image("not a number"));
      const said = (await taskOf(kie, job.id)).webhooks.at(-1)?.body ?? "";
      assert.match(said, /\bNaN\b/);
      assert.throws(() => JSON.parse(said));
    });

    await t.step(
      "a key that cannot be sent pauses its account; the job waits until it is mended",
      async () => {
        await setKey(`${kie.apiKey.slice(0, 4)}\u200b${kie.apiKey.slice(4)}`);
        const before = kie.submits().length;
        const id = await scene.image("an invisible space");
        const reason = await misconfigured("kie");
        assert.ok(!reason.includes(kie.apiKey.slice(4)), reason);
        const job = await scene.job(id);
        assert.deepEqual([job.status, job.refundable], ["pending", true]);
        await isSaid(id, "account_paused", { cause: "key" });
        assert.ok(!JSON.stringify(job).includes(kie.apiKey.slice(4)));
        const held = await sql`select from private.slots where lane = 'kie' and token is not null`;
        assert.deepEqual([held.length, kie.submits().length], [0, before], "nothing was sent");
        await setKey(kie.apiKey);
        await sql`select ops.resume_account(${(await account("kie"))?.account_id})`;
        await isUnharmed(kie, id);
      },
    );

    await t.step("RunningHub is back: its circuit closes by itself, and all is done", async () => {
      await back;
      for (const id of runs) await isUnharmed(runninghub, id);
      assert.equal((await circuit())?.circuit_opened_at, null);
    });

    await t.step("an address without its https:// is no weather either", async () => {
      const { account_id, base_url } = await account("runninghub") ?? {};
      await setUrl(base_url.replace("http://", ""));
      const id = await scene.upscale();
      await misconfigured("runninghub");
      assert.deepEqual([(await scene.job(id)).status, (await circuit())?.circuit_opened_at], [
        "pending",
        null,
      ]);
      await setUrl(base_url);
      await sql`select ops.resume_account(${account_id})`;
      await isUnharmed(runninghub, id);
    });

    await scene.creditsAddUp();
  } finally {
    await scene.close();
  }
});
