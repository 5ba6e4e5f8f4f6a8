import assert from "node:assert/strict";
import { startEnvironment } from "../world/environment.ts";

// @acceptance 002:602
Deno.test({
  name: "an operator is told of an alert by HTTP",
  ignore: Deno.env.get("ESTEIRA_STACK") === "supabase", // its database cannot reach this process
  async fn() {
    const posts = new Map<string, Record<string, unknown>>();
    const posted = Promise.withResolvers<void>();
    await using receiver = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => {
        const body = await request.json();
        posts.set(body.rule, body);
        if (body.rule === "A test") posted.resolve();
        return new Response("ok");
      },
    );
    const environment = await startEnvironment();
    const { sql } = environment;
    try {
      await sql`select vault.create_secret(${`http://127.0.0.1:${receiver.addr.port}/alerts`}, 'alert_webhook_url')`;
      await sql`
        insert into ops.alert_rules (name, count_name, look_back, threshold)
        values ('A test', 'lanes paused', '1 minute', 1)`;
      await sql`select ops.pause_lane('publication', 'a test')`;
      await sql`select private.alerts_tick()`;

      await posted.promise;
      assert.match(String(posts.get("A test")?.text), /^Esteira: A test\. lanes paused: 1 /);
      assert.deepEqual([...posts.keys()], ["A test"], "and of nothing else");
    } finally {
      await environment.close();
    }
  },
});
