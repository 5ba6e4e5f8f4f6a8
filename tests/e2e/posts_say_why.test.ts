/** What people are told of their posts while platforms misbehave: asked as the app asks, over the Data API. */
import { eventually } from "@esteira/local-supabase/testing";
import type { SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { diagnosis, why } from "../../shared/rows/why.ts";
import { VERDICT_CODES } from "../../shared/words/verdict_codes.ts";
import { connectAccount, enablePublishing, publishInSql } from "../world/publishing.ts";
import { Scene } from "../world/scene.ts";

const scene = await Scene.start({ x: { processMs: 300 } });
const { environment, user } = scene;
const { sql, x } = environment;
await enablePublishing(environment);
const connectionId = await connectAccount(environment, user, "x", "ana");
Deno.test.afterAll(() => scene.close());

const publish = (caption: string, more: Partial<Parameters<typeof publishInSql>[3]> = {}) =>
  publishInSql(environment, user, "x_post", { connectionId, caption, ...more });

/** What its owner is told, in order. */
async function reasonsOf(id: string) {
  const { data, error } = await user.client.rpc("why", { p_job_id: id });
  assert.equal(error, null);
  const reasons = why.array().min(1).parse(data);
  const codes: readonly string[] = VERDICT_CODES;
  for (const { code, words } of reasons) {
    assert.ok(codes.includes(code), code);
    for (const said of Object.values(words)) assert.ok(said !== "" && !said.includes("{"), said);
  }
  return reasons;
}

/** The words of the first reason, once it has this code. */
const told = (id: string, code: string) =>
  eventually(async () => {
    const [first] = await reasonsOf(id);
    return first?.code === code ? first : undefined;
  }, { what: `a post to say ${code}`, timeoutMs: 60_000 });

Deno.test("a post says that its account has to be connected again, and goes on when it is", async () => {
  x.misbehave({ contains: "Locked out", fault: { kind: "unauthorized", path: "commit", times: 2 } });
  const id = await publish("Locked out");
  const reason = await told(id, "connection_reconnect_needed");
  assert.deepEqual([reason.level, reason.clears], ["error", "by_you"]);
  assert.match(
    reason.words.en,
    /^X does not let us into the account .+ any more\..* Connect the account again/,
  );
  assert.match(reason.words["pt-BR"], /^O X não nos deixa mais entrar na conta .+ Conecte a conta de novo/);
  await connectAccount(environment, user, "x", "ana");
  assert.equal((await told(id, "post_published")).level, "ok");
});

Deno.test("a post whose commit was not answered says that it is looked for, and then that it is there", async () => {
  x.misbehave({ contains: "Lost", fault: { kind: "read_lag", ms: 2_000 } });
  x.misbehave({ contains: "Lost", times: 1, fault: { kind: "cut_answer", path: "commit", times: 1 } });
  const id = await publish("Lost");
  const reason = await told(id, "post_in_doubt");
  assert.match(reason.words.en, /it is not posted twice/);
  await told(id, "post_published");
  assert.equal(x.posts().filter(({ text }) => text === "Lost").length, 1);
});

Deno.test("a post says that its platform is down, and goes on when it is back", async () => {
  // As workers note what does not answer.
  await sql`select worker.platform_down('x', 'X answered HTTP 503') from generate_series(1, 3)`;
  const id = await publish("Down");
  const reason = await told(id, "platform_down");
  assert.equal(reason.clears, "by_provider");
  assert.ok(reason.expected_at !== null && Date.parse(reason.expected_at) > Date.now() - 1_000);
  await sql`select worker.platform_up('x')`;
  await told(id, "post_published");
});

Deno.test("a post that is refused says so in one sentence of the platform's", async () => {
  const detail = "You are not permitted to perform this action. Read the terms.";
  x.misbehave({
    contains: "Refused",
    fault: { kind: "refuse", path: "commit", times: 9, status: 403, title: "Forbidden", detail },
  });
  const id = await publish("Refused");
  const reason = await told(id, "post_refused");
  assert.match(
    reason.words.en,
    /^X has refused your post: [^.]+\. It does not go on by itself\. Change [^.]+\.$/,
  );
});

Deno.test("who waits behind another says how many go before it", async () => {
  await sql`select ops.pause_platform('x', 'a test')`;
  const ids = [await publish("First"), await publish("Second"), await publish("Third")];
  const [first, second] = await reasonsOf(ids[2] ?? "");
  assert.deepEqual([first?.code, second?.code], ["platform_paused", "connection_busy"]);
  assert.match(second?.words.en ?? "", /before this one: 2\./);
  await sql`select ops.resume_platform('x')`;
  for (const id of ids) await told(id, "post_published");
});

Deno.test("operators see all of it as rows, over the Data API; nobody else does", async () => {
  const id = await publish("Looked at");
  await told(id, "post_published");
  // The generated types know of what users call.
  const client = user.client as unknown as SupabaseClient;
  const asked = () => client.schema("ops_api").rpc("diagnose", { p_job_id: id });
  assert.equal((await asked()).error?.code, "PT403");
  await sql`
    update auth.users set raw_app_meta_data = raw_app_meta_data || '{"role": "support"}' where id = ${user.userId}`;
  const { data, error } = await asked();
  assert.equal(error, null);
  const rows = diagnosis.array().min(2).parse(data);
  assert.equal(rows[0]?.code, "post_published");
  assert.ok(rows.some(({ ruled_out }) => ruled_out), "and what it is not");
});
