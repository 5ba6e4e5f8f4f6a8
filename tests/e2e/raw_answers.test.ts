/** What the details of a job ask for is answered by the Data API: raw answers as text, for admins alone. */
import assert from "node:assert/strict";
import { readAnyJob, readAttempts } from "../../packages/client/react/hooks/read_evidence.ts";
import { startEnvironment } from "../world/environment.ts";

const TASK = "1904152026220003329"; // not one of JavaScript's numbers: 1904152026220003300

// @acceptance 004:271, 004:317, 004:318
Deno.test("an admin reads raw answers of anybody's job, with every digit of an id; nobody else does", async () => {
  const environment = await startEnvironment();
  try {
    const owner = await environment.signUp(11);
    const admin = await environment.signUp(0);
    await environment.sql`
      update auth.users set raw_app_meta_data = raw_app_meta_data || '{"role": "admin"}' where id = ${admin.userId}`;
    await admin.client.auth.refreshSession();

    const [job] = await environment.sql`
      select id from public.create_job(${owner.userId}, 'image', '{"prompt": "a sunset"}')`;
    const id: string = job?.id;
    await environment.sql`
      insert into public.job_attempts (job_id, attempt, user_id, phase, outcome, finished_at, raw_api_response, raw_webhook_payload)
      values (${id}, 40, ${owner.userId}, 'finished', 'failed', now(),
        ${`{"taskId": ${TASK}}`}::text::jsonb, ${`{"data": {"id": ${TASK}}}`}::text::jsonb)`;

    const [attempt] = await readAttempts({ supabase: admin.client }, id) ?? [];
    assert.deepEqual(
      [attempt?.attempt, attempt?.raw_api_response, attempt?.raw_webhook_payload],
      [40, `{"taskId": ${TASK}}`, `{"data": {"id": ${TASK}}}`],
    );
    const seen = await readAnyJob({ supabase: admin.client }, id);
    assert.deepEqual([seen?.id, seen?.tool, seen?.key], [id, "image", id]);
    assert.ok(seen && seen.step_history.length > 0);

    assert.equal(await readAttempts({ supabase: owner.client }, id), null);
    const { data } = await owner.client.from("job_attempts").select("raw_api_response::text").eq(
      "job_id",
      id,
    );
    assert.deepEqual(data, []);
    assert.equal(await readAnyJob({ supabase: owner.client }, id), null);
  } finally {
    await environment.close();
  }
});
