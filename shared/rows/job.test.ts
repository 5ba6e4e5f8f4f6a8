import assert from "node:assert/strict";
import type { Database } from "../database.types.ts";
import { jobDeletedEvent, jobEvent, jobsCreatedEvent } from "./events.ts";
import { type Job, job, JOB_COLUMNS, toJob, visibleJob } from "./job.ts";

const VISIBLE = {
  id: "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f",
  user_id: "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
  tool: "upscaler",
  lane: "runninghub",
  status: "completed",
  current_step: "completed",
  failed_at_step: null,
  error_code: null,
  error_message: null,
  output_url: "https://abc.supabase.co/storage/v1/object/authenticated/outputs/u/j/1-0.png",
  output_paths: ["u/j/1-0.png"],
  progress: 100,
  progress_is_estimate: false,
  refund: "none",
  refundable: false,
  request_id: "1904163390028185602",
  model_id: null,
  metadata: { projectId: "p1", nodeId: "n1" },
  idempotency_key: "click-1",
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
  assert.deepEqual(job.parse({ ...JOB, ticket: 12, waits: 3 }), JOB);
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

const DERIVED = ["model_id", "output_paths"];

Deno.test("what is no column is made of the row: the model of the last submit, the paths of what came out", () => {
  const { model_id: _, output_paths: __, ...row } = JOB;
  assert.deepEqual(toJob(row), JOB);
  const submits = ["nano", "nano-edit"].map((model) => ({ step: "running", timestamp: "t", model }));
  assert.equal(toJob({ ...row, step_history: [...submits, ...row.step_history] }).model_id, "nano-edit");
  const files = Array.from({ length: 30 }, (_, n) => ({ ...JOB.output.files[0], path: `${n}` }));
  assert.deepEqual(
    toJob({ ...row, output: { files } }).output_paths,
    files.slice(0, 20).map(({ path }) => path),
  );
  const running = { status: "processing", current_step: "running", completed_at: null };
  assert.equal(toJob({ ...row, ...running }).output_paths, null, "not while it has not completed");
  assert.deepEqual(toJob({ ...row, output: { files: [], data: { model_url: "7" } } }).output_paths, []);
  assert.throws(() => toJob({ ...row, status: "done" }));
});

Deno.test("a job's columns are columns of the table", () => {
  // The annotation is the test: it does not compile when the schema names a column that the table lacks.
  const columns: readonly (keyof Database["public"]["Tables"]["jobs"]["Row"])[] = Object.keys(job.shape)
    .filter((name) => !DERIVED.includes(name)) as Exclude<keyof Job, "model_id" | "output_paths">[];
  assert.equal(JOB_COLUMNS, columns.join(","));
  assert.match(JOB_COLUMNS, /^[a-z_]+(,[a-z_]+)*$/);
});

Deno.test("a broadcast shows neither input nor output, nor metadata that is long", () => {
  assert.equal(visibleJob.parse({ ...VISIBLE, metadata: null }).metadata, null);
  for (const field of ["input", "output", "step_history"]) {
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
