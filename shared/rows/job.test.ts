import assert from "node:assert/strict";
import type { Database } from "../database.types.ts";
import { jobDeletedEvent, jobEvent, jobsCreatedEvent } from "./events.ts";
import { type Job, job, JOB_COLUMNS, visibleJob } from "./job.ts";

const VISIBLE = {
  id: "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f",
  tool: "upscaler",
  lane: "runninghub",
  status: "completed",
  current_step: "completed",
  failed_at_step: null,
  error_code: null,
  error_message: null,
  output_url: "https://abc.supabase.co/storage/v1/object/authenticated/outputs/u/j/1-0.png",
  progress: 100,
  progress_is_estimate: false,
  refund: "none",
  refundable: false,
  request_id: "1904163390028185602",
  run_at: null,
  version: 7,
  created_at: "2026-11-01T12:00:00.123456+00:00",
  completed_at: "2026-11-01T12:01:00+00:00",
  updated_at: "2026-11-01T12:01:00+00:00",
};
const JOB = {
  ...VISIBLE,
  step_history: [
    { step: "credits", timestamp: "2026-11-01T12:00:00Z", cost: 1, newBalance: 9 },
    { step: "completed", timestamp: "2026-11-01T12:01:00Z", outputUrl: VISIBLE.output_url },
  ],
  input: { image: "u/photo.png", scale: 2 },
  output: { files: [{ bucket: "outputs", path: "u/j/1-0.png", content_type: "image/png", bytes: 16 }] },
  metadata: { projectId: "p1", nodeId: "n1" },
  retried_from: null,
  priority: 0,
  attempt: 1,
  retry_count: 0,
  expires_at: "2026-11-02T12:00:00+00:00",
  deadline_at: null,
  max_attempts: 3,
  credits_charged: 1,
};

Deno.test("a job is read whole, with the details of each step", () => {
  assert.deepEqual(job.parse(JOB), JOB);
});

Deno.test("what a row has beyond a job is left out", () => {
  assert.deepEqual(job.parse({ ...JOB, user_id: "u", ticket: 12, idempotency_key: "k" }), JOB);
});

Deno.test("an output may hold what is no file", () => {
  const trained = { ...JOB, output: { files: [], data: { model_url: "788416" } }, output_url: null };
  assert.deepEqual(job.parse(trained), trained);
});

Deno.test("a waiting job has no output, times or task yet", () => {
  const waiting = {
    ...JOB,
    status: "pending",
    current_step: "queued",
    output: null,
    output_url: null,
    progress: null,
    request_id: null,
    completed_at: null,
  };
  assert.deepEqual(job.parse(waiting), waiting);
});

Deno.test("a row that is no job is refused, and the column named", () => {
  const broken = {
    id: "7",
    status: "done",
    current_step: "dreaming",
    progress: 101,
    version: 0,
    input: [],
    attempt: 1.5,
  };
  for (const [column, value] of Object.entries(broken)) {
    assert.equal(job.safeParse({ ...JOB, [column]: value }).error?.issues[0]?.path[0], column);
  }
});

Deno.test("a job's columns are columns of the table", () => {
  // The annotation is the test: it does not compile when the schema names a column that the table lacks.
  const columns: readonly (keyof Database["public"]["Tables"]["jobs"]["Row"])[] = Object.keys(
    job.shape,
  ) as (keyof Job)[];
  assert.equal(JOB_COLUMNS, columns.join(","));
  assert.match(JOB_COLUMNS, /^[a-z_]+(,[a-z_]+)*$/);
});

Deno.test("a broadcast shows neither input nor output nor metadata", () => {
  for (const field of ["input", "output", "metadata", "step_history"]) {
    assert.ok(!(field in visibleJob.shape), field);
  }
});

// Events ----------------------------------------------------------------------------------------------------------

const EVENT = {
  type: "UPDATE",
  table: "jobs",
  schema: "public",
  new: VISIBLE,
  old: { id: VISIBLE.id, status: "processing", current_step: "running", version: 6 },
  steps: [JOB.step_history[1]],
  _debug: {
    triggeredAt: "2026-11-01T12:01:00Z",
    triggerName: "jobs_broadcast_trigger",
    broadcastSuccess: true,
  },
};

// @acceptance 002:352-386, 002:358, 002:361, 002:370-372, 002:373, 002:374-375, 002:377-379, 002:381-385
Deno.test("an event is read as the trigger sends it", () => {
  assert.deepEqual(jobEvent.parse(EVENT), EVENT);
  assert.equal(jobEvent.parse({ ...EVENT, type: "INSERT", old: null }).old, null);
});

Deno.test("many new jobs are one event, which names a hundred at most", () => {
  const event = { count: 1000, ids: Array(100).fill(VISIBLE.id), at: "2026-11-01T12:01:00Z" };
  assert.deepEqual(jobsCreatedEvent.parse({ ...event, id: VISIBLE.id }), event);
  assert.equal(jobsCreatedEvent.safeParse({ ...event, ids: Array(101).fill(VISIBLE.id) }).success, false);
});

Deno.test("an event of another table or kind is none of ours", () => {
  for (
    const other of [{ table: "tools" }, { schema: "private" }, { type: "DELETE" }, { new: null }, {
      steps: null,
    }]
  ) {
    assert.equal(jobEvent.safeParse({ ...EVENT, ...other }).success, false, JSON.stringify(other));
  }
});

// @acceptance 002:351
Deno.test("a deleted job says what it was, and no more", () => {
  const deleted = { ...EVENT, type: "DELETE", new: null, steps: [] };
  assert.deepEqual(jobDeletedEvent.parse(deleted), deleted);
  for (const other of [{ new: VISIBLE }, { old: null }, { type: "UPDATE" }]) {
    assert.equal(jobDeletedEvent.safeParse({ ...deleted, ...other }).success, false, JSON.stringify(other));
  }
  assert.equal(jobEvent.safeParse(deleted).success, false, "whoever knows changes alone is not misled");
});
