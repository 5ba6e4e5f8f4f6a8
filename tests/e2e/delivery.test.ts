/** What a screen has learned, and how late, from the client's own count to the operator's question. */
import { createEsteira } from "@esteira/client";
import { eventually } from "@esteira/local-supabase/testing";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { emptyReport } from "../../shared/rows/delivery.ts";
import { uploadInput } from "../world/api.ts";
import { startEnvironment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

// @acceptance 002:601
Deno.test("how late screens learn is counted by them, added up, and told to operators", async (t) => {
  const environment = await startEnvironment({ runninghub: { taskMs: 300 } });
  const { sql, deployment } = environment;
  try {
    await t.step("a client that has seen a job to its end says so when it closes", async () => {
      const user = await environment.signUp(10);
      const esteira = createEsteira(user.client as unknown as SupabaseClient);
      const queue = esteira.jobs.queue();
      const release = queue.subscribe(() => {});
      await eventually(
        () => Promise.resolve(esteira.connection.getSnapshot().status === "live" || undefined),
        {
          what: "the client to be live",
        },
      );
      const image = await uploadInput(user, drawPicture(24));
      await esteira.jobs.create("upscaler", { image }).done();
      release();
      esteira.close();
      const [health] = await eventually(async () => {
        const rows = await sql`select * from ops.delivery_health() where channel = 'realtime'`;
        return rows.length > 0 ? rows : undefined;
      }, { what: "a report" });
      assert.deepEqual([health?.users, health?.terminal, health?.missed], ["1", "1", "0"]);
      assert.ok(Number(health?.changes) >= 3, `changes: ${health?.changes}`);
      assert.ok(
        health?.late_p99_ms !== null && health?.late_p99_ms <= 5000,
        `late: ${health?.late_p99_ms} ms`,
      );
    });

    await t.step(
      "what is no report is refused by its field, and who is not signed in by the door",
      async () => {
        const { client } = await environment.signUp(0);
        const report = async (reports: unknown, as = client) => {
          const { error, status } = await as.rpc("report_delivery", { p_reports: reports as never });
          return [status, error?.details ?? null, error?.hint ?? null];
        };
        assert.deepEqual(await report([emptyReport("sse")]), [204, null, null]);
        const odd = { ...emptyReport("sse"), changes: 1.5 };
        assert.deepEqual(await report([odd]), [422, "invalid_input", "p_reports.0.changes"]);
        assert.deepEqual(await report({}), [422, "invalid_input", "p_reports"]);
        const nobody = createClient(deployment.apiUrl, deployment.publishableKey, {
          auth: { persistSession: false },
        });
        assert.equal((await report([emptyReport("sse")], nobody as typeof client))[0], 401);
      },
    );
  } finally {
    await environment.close();
  }
});
