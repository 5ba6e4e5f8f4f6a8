/** The operators' topic over Realtime: they hear what has moved, in the shapes that are promised; nobody else is let in. */
import assert from "node:assert/strict";
import {
  type AlertEvent,
  alertEvent,
  type AuditEvent,
  auditEvent,
  type RunEvent,
  runEvent,
} from "../../shared/rows/events.ts";
import { OPS_TOPIC } from "../../shared/words/topics.ts";
import { type Client, startEnvironment } from "../world/environment.ts";
import { listen } from "../world/listen.ts";

const EVENTS = ["alert_moved", "run_moved", "audit_grew"] as const;

/** The first run, row of the audit and alert that somebody on the topic hears of. */
async function hear(client: Client) {
  const run = Promise.withResolvers<RunEvent>();
  const act = Promise.withResolvers<AuditEvent>();
  const alert = Promise.withResolvers<AlertEvent>();
  await listen(client, OPS_TOPIC, EVENTS, (said) => {
    const [name] = Object.keys(said as object).filter((key) =>
      ["run_id", "audit_id", "alert_id"].includes(key)
    );
    if (name === "run_id") run.resolve(runEvent.parse(said));
    if (name === "audit_id") act.resolve(auditEvent.parse(said));
    if (name === "alert_id") alert.resolve(alertEvent.parse(said));
  });
  return { run: run.promise, act: act.promise, alert: alert.promise };
}

Deno.test("operators hear of alerts, runs and acts, and users do not", async () => {
  const environment = await startEnvironment();
  const { sql } = environment;
  try {
    const [admin, support, user] = [
      await environment.signUp(),
      await environment.signUp(),
      await environment.signUp(),
    ];
    await sql`select ops.set_operator(${admin.userId}, 'admin', 'for a test')`;
    await sql`select ops.set_operator(${support.userId}, 'support', 'for a test')`;
    await assert.rejects(listen(user.client, OPS_TOPIC, "alert_moved", () => {}));
    const told = [await hear(admin.client), await hear(support.client)];

    const [job] = await sql<{ id: string }[]>`
      select id from public.create_job(${user.userId}, 'image', ${sql.json({ prompt: "A lighthouse" })},
        p_run_at => now() + interval '1 day')`;
    await sql`
      select ops.act('quarantine', ${sql.json({ job_id: job?.id ?? "" })}, false, 'for a test')`;
    await sql`select private.alerts_tick()`;
    for (const { run, act, alert } of told) {
      assert.equal((await run).action, "quarantine");
      assert.ok((await act).audit_id > 0);
      assert.deepEqual([(await alert).rule, (await alert).closed_at], ["A job was set aside", null]);
    }
  } finally {
    await environment.close();
  }
});
