import assert from "node:assert/strict";
import postgres from "postgres";
import { withPlatform } from "../testing.ts";

Deno.test("a platform database has the roles and schemas of a hosted project", async () => {
  await withPlatform(async (cluster) => {
    const sql = postgres(cluster.url(), { max: 1 });
    try {
      const [row] = await sql`select current_user as who, rolsuper as super, version() as version
        from pg_roles where rolname = current_user`;
      assert.equal(row?.who, "postgres");
      assert.equal(row?.super, false);
      assert.match(row?.version, /^PostgreSQL 17\./);
      await assert.rejects(() => sql`create table auth.mine ()`.execute(), { code: "42501" });
      await assert.rejects(() => sql`create table realtime.mine ()`.execute(), { code: "42501" });
      await sql`create policy "may be made by postgres" on realtime.messages for select to authenticated using (true)`;
      await sql`create policy "may be made by postgres" on storage.objects for select to authenticated using (true)`;
    } finally {
      await sql.end();
    }
  });
});

Deno.test("the real pgmq and pgTAP install as postgres", async () => {
  await withPlatform(async (cluster) => {
    const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
    try {
      await sql`create extension pgmq`;
      await sql`create extension pgtap with schema extensions`;
      await sql`select pgmq.create('things')`;
      await sql`select pgmq.send('things', '{"a": 1}'::jsonb)`;
      const [message] = await sql`select message from pgmq.read('things', 30, 1)`;
      assert.deepEqual(message?.message, { a: 1 });
    } finally {
      await sql.end();
    }
  });
});
