/** The database's log tells each step of each job for as long as an operator has said, whoever takes the step. */
import assert from "node:assert/strict";
import { createLane, createRunningJob, createUser } from "./actors.ts";
import { races, type Session } from "./harness.ts";

const { race } = races();

/** What a session's server says of jobs' steps while it does something: `[table] Job {id}: {step}`, and the details. */
async function stepsOf(session: Session, work: () => Promise<unknown>): Promise<[string, string][]> {
  session.notices.length = 0;
  await work();
  return session.notices.flatMap((notice) => {
    const [, line, details] = notice.match(/^LOG: (\[\w+\] Job \S+: \w+) (\{.*\})$/) ?? [];
    return line && details ? [[line, details]] : [];
  });
}

// @acceptance 004:125, 004:395, 004:407
race("what SQL does by itself is logged step by step, as the reaper's ends are", async ({ a, referee }) => {
  const lane = await createLane(referee, { capacity: 1 });
  const ana = await createUser(referee);
  const create = async () => {
    const named = { p_user_id: ana, p_tool: lane.name, p_input: {} };
    const [job] = await a.call<{ id: string }>("public.create_job", named);
    return job?.id ?? "";
  };
  await a.rows("set client_min_messages = log");
  assert.deepEqual(await stepsOf(a, create), [], "nothing is logged unless it is asked for");
  await referee.rows("select ops.log_steps('1 minute')");
  let id = "";
  const created = await stepsOf(a, async () => void (id = await create()));
  assert.deepEqual(
    created.map(([line]) => line),
    ["insert", "credits", "queue_check", "queued"].map((step) => `[jobs] Job ${id}: ${step}`),
  );
  const [, details] = created[1] ?? assert.fail();
  const { tool, cost, timestamp } = JSON.parse(details);
  assert.deepEqual([tool, cost, Number.isNaN(Date.parse(timestamp))], [lane.name, 1, false]);
  await referee.rows(
    "update public.jobs set expires_at = clock_timestamp(), start_by = clock_timestamp() where id = $1",
    [id],
  );
  assert.deepEqual((await stepsOf(a, () => a.call("worker.reap", {}))).map(([line]) => line), [
    `[jobs] Job ${id}: failed`,
  ]);
  await referee.rows("select ops.log_steps(null)");
  assert.deepEqual(await stepsOf(a, create), [], "no longer");
});

race("a batch is logged job by job, and no broadcasts are with it", async ({ a, referee }) => {
  const lane = await createLane(referee, { capacity: 0 });
  const ana = await createUser(referee, 100);
  await a.rows("set client_min_messages = log");
  await referee.rows("select ops.log_steps('1 minute')");
  const logged = await stepsOf(a, () =>
    a.call("public.create_jobs", {
      p_user_id: ana,
      p_jobs: Array.from({ length: 30 }, () => ({ tool: lane.name, input: {} })),
    }));
  assert.equal(logged.filter(([line]) => line.endsWith(": queued")).length, 30);
  assert.ok(!a.notices.join().includes("[REALTIME]"));
  assert.ok(!a.notices.join().includes(ana), "whose they are");
  await referee.rows("select ops.log_steps(null)");
});

// @acceptance 002:118-119, 002:486, 004:125
race("a job is called by the name that applications know", async ({ a, referee }) => {
  const lane = await createLane(referee, { capacity: 1 });
  const ana = await createUser(referee);
  await referee.rows("update private.lanes set delivery = 'pull' where lane = $1", [lane.name]);
  await referee.rows("select ops.log_steps('1 minute'), ops.log_broadcasts('1 minute')");
  await a.rows("set client_min_messages = log");
  const steps = await stepsOf(a, () => createRunningJob(a, lane, ana));
  assert.ok(steps.length > 3 && steps.every(([line]) => line.startsWith("[ai_jobs] Job ")), steps.join("\n"));
  assert.ok(a.notices.some((notice) => notice.startsWith("LOG: [REALTIME] ai_jobs trigger: topic=jobs:")));
  const { names } = await referee.row<{ names: string[] }>(
    `select to_json(array_agg(distinct private.view_of(tool, lane))) as names
     from public.tools where tool in ('upscaler', 'pose_changer', 'veste_ai', 'video_upscaler', 'image', 'x_post')`,
  );
  const views = ["fal_jobs", "pose_changer_jobs", "publication_jobs", "upscaler_jobs", "veste_ai_jobs"];
  assert.deepEqual(names, [...views, "video_upscaler_jobs"]);
  await referee.rows("select ops.log_steps(null), ops.log_broadcasts(null)");
});
