import assert from "node:assert/strict";
import postgres from "postgres";
import { openDatabase } from "./reconnecting_database.ts";
import { eventually, withPlatform } from "./testing.ts";

Deno.test("a listener or a query connection that is cut off is replaced, and the owner learns of it", async () => {
  await withPlatform(async (cluster) => {
    const sql = postgres(cluster.url("supabase_admin"), { max: 1 });
    const heard: string[] = [];
    let listening = 0;
    const database = await openDatabase({
      databaseUrl: cluster.url("supabase_admin"),
      name: "subject",
      max: 1,
      channel: "news",
      onNotify: (payload) => heard.push(payload),
      onListening: () => listening++,
    });
    try {
      await database.sql`select 1`;
      await sql`notify news, 'one'`;
      await eventually(() => heard.length === 1 || undefined);
      const cut = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'subject'`;
      assert.equal(cut.count, 2, "one connection for queries and one that listens");
      await eventually(() => listening === 2 || undefined);
      await sql`notify news, 'two'`;
      await eventually(() => heard.length === 2 || undefined);
      assert.deepEqual(heard, ["one", "two"]);
      assert.equal((await database.sql`select 1`).count, 1);
    } finally {
      await database.close();
      await sql.end();
    }
  });
});
