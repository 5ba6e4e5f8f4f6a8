import assert from "node:assert/strict";
import { freePort } from "../ports.ts";
import { eventually } from "../testing.ts";
import { startBackground } from "./service.ts";
import { using, withExtensions } from "./background_fixture.ts";

Deno.test("a job that makes a request gets its response stored", async () => {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response("tick"),
  );
  await withExtensions((sql, cluster) =>
    using(startBackground({ databaseUrl: cluster.url("supabase_admin") }), async () => {
      const command = `select net.http_get('http://127.0.0.1:${server.addr.port}')`;
      await sql`select cron.schedule('kick', '1 second', ${command})`;
      const [response] = await eventually(async () => {
        const rows = await sql`select content from net._http_response`;
        return rows.count ? rows : undefined;
      });
      assert.equal(response?.content, "tick");
    })
  );
  await server.shutdown();
});

Deno.test("without a database it does not start and leaves nothing running", async () => {
  const databaseUrl = `postgresql://supabase_admin@127.0.0.1:${freePort()}/postgres`;
  await assert.rejects(() => startBackground({ databaseUrl }), { code: "ECONNREFUSED" });
});
