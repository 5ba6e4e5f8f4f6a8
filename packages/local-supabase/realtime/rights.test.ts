import assert from "node:assert/strict";
import postgres from "postgres";
import { withPlatform } from "../testing.ts";
import { mayBroadcast, PolicyError, readRights } from "./rights.ts";

/** Runs `body` as the superuser, with these policies. */
async function withPolicies(policies: string, body: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  await withPlatform(async (cluster) => {
    const sql = postgres(cluster.url("supabase_admin"), { max: 1, onnotice: () => {} });
    try {
      await sql.unsafe(policies).simple();
      await body(sql);
    } finally {
      await sql.end();
    }
  });
}

Deno.test("policies see the topic, the claims in both spellings, and the kind of message", async () => {
  const policies = `
    create policy "a" on realtime.messages for select to authenticated using (
      realtime.messages.extension = 'broadcast' and topic = realtime.topic() and auth.uid() = auth.jwt() ->> 'sub'
      and auth.role() = 'authenticated' and current_setting('request.jwt.claim.sub') = auth.jwt() ->> 'sub');
    create policy "b" on realtime.messages for insert to authenticated with check (
      realtime.topic() = 'write' and auth.jwt() ->> 'level' = 'high');`;
  const sub = "aaaaaaaa-0000-4000-8000-000000000000";
  await withPolicies(policies.replace("auth.uid() =", "auth.uid()::text ="), async (sql) => {
    const claims = { role: "authenticated", sub };
    assert.deepEqual(await readRights(sql, "any", claims), { broadcast: true, presence: false });
    assert.deepEqual(await readRights(sql, "any", { role: "anon" }), { broadcast: false, presence: false });
    assert.deepEqual(await readRights(sql, "any", { role: "service_role" }), {
      broadcast: true,
      presence: true,
    });
    assert.equal(await mayBroadcast(sql, "write", { ...claims, level: "high" }), true);
    assert.equal(await mayBroadcast(sql, "write", claims), false);
    assert.equal(await mayBroadcast(sql, "other", { ...claims, level: "high" }), false);
    assert.equal(await mayBroadcast(sql, "any", { role: "service_role" }), true);
  });
});

Deno.test("a trial leaves no rows, no role, no settings and no notification behind", async () => {
  await withPolicies("", async (sql) => {
    let notified = 0;
    await sql.listen("realtime_messages", () => notified++);
    await readRights(sql, "t", { role: "service_role" });
    await mayBroadcast(sql, "t", { role: "service_role" });
    await mayBroadcast(sql, "t", { role: "anon" });
    const [row] = await sql`
      select current_user as who, realtime.topic() as topic, auth.jwt() as jwt, count(*)::integer as messages
      from realtime.messages`;
    assert.deepEqual(row, { who: "supabase_admin", topic: null, jwt: null, messages: 0 });
    assert.equal(notified, 0);
  });
});

Deno.test("quotes, backslashes and NULs in topic and claims are text and nothing else", async () => {
  const topic = `o'clock "\\' $$ ; select 1 / 0; --`;
  const policy = `create policy "a" on realtime.messages for select to authenticated
    using (auth.jwt() ->> 'name' = 'O''Neil' || chr(92) || ''';' and md5(realtime.topic()) = md5(topic))`;
  await withPolicies(policy, async (sql) => {
    const claims = { role: "authenticated", name: "O'Neil\\';" };
    assert.deepEqual(await readRights(sql, topic, claims), { broadcast: true, presence: true });
    assert.deepEqual(await readRights(sql, `a\0b`, claims), { broadcast: true, presence: true });
    assert.equal(await mayBroadcast(sql, topic, { role: "service_role", name: "');" }), true);
  });
});

Deno.test("a policy or a role that fails is a PolicyError, and the connection stays usable", async () => {
  const policies = `
    create policy "a" on realtime.messages for select to authenticated using (realtime.topic()::integer = 1);
    create policy "b" on realtime.messages for insert to authenticated with check (realtime.topic()::integer = 1);`;
  await withPolicies(policies, async (sql) => {
    const claims = { role: "authenticated" };
    await assert.rejects(() => readRights(sql, "x", claims), PolicyError);
    await assert.rejects(() => mayBroadcast(sql, "x", claims), PolicyError);
    await assert.rejects(() => readRights(sql, "1", { role: "no such role" }), PolicyError);
    assert.deepEqual(await readRights(sql, "1", claims), { broadcast: true, presence: true });
    assert.equal(await mayBroadcast(sql, "1", claims), true);
  });
});
