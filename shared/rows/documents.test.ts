import assert from "node:assert/strict";
import { type AiJobStatus, type FalJob, toAiJob, toFalJob, toJobUpdatePayload } from "./documents.ts";
import type { JobDeletedEvent, JobEvent } from "./events.ts";
import type { VisibleJob } from "./job.ts";
import type { JobStatus } from "../words/statuses.ts";
import type { JobStep } from "../words/steps.ts";

const ID = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
const USER = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
const AUTHENTICATED = "https://abc.supabase.co/storage/v1/object/authenticated/outputs/";
const PATHS = [`${USER}/${ID}/1-0.png`, `${USER}/${ID}/1-1.png`];
const COMPLETED: VisibleJob = {
  id: ID,
  user_id: USER,
  tool: "image",
  lane: "kie",
  status: "completed",
  current_step: "completed",
  failed_at_step: null,
  error_code: null,
  error_message: null,
  output_url: AUTHENTICATED + PATHS[0],
  output_paths: PATHS,
  progress: 100,
  progress_is_estimate: false,
  refund: "none",
  refundable: false,
  request_id: "task-1",
  model_id: "google/nano-banana",
  metadata: { projectId: "p1", nodeId: "n1", theme: "dark" },
  idempotency_key: null,
  run_at: null,
  version: 5,
  created_at: "2026-11-01T12:00:00+00:00",
  completed_at: "2026-11-01T12:01:00+00:00",
  updated_at: "2026-11-01T12:01:00+00:00",
};
const WAITING: VisibleJob = {
  ...COMPLETED,
  status: "pending",
  current_step: "queued",
  output_url: null,
  output_paths: null,
  progress: null,
  request_id: null,
  model_id: null,
  completed_at: null,
};
const EVENT: JobEvent = {
  type: "UPDATE",
  table: "jobs",
  schema: "public",
  new: COMPLETED,
  old: { id: ID, status: "processing", current_step: "webhook_received", version: 4 },
  steps: [],
  _debug: {
    triggeredAt: COMPLETED.updated_at,
    triggerName: "jobs_broadcast_trigger",
    broadcastSuccess: true,
  },
};

/** `interface JobUpdatePayload` of document 002, word for word but for `requestId` and `modelId` of what is not submitted. */
interface PayloadOfTheDocument {
  type: "INSERT" | "UPDATE" | "DELETE";
  table: string;
  schema: string;
  new?: JobOfTheDocument;
  old?: Partial<JobOfTheDocument>;
  _debug?: { triggeredAt: string; triggerName: string; broadcastSuccess: boolean };
}
interface JobOfTheDocument {
  id: string;
  requestId: string | null;
  userId: string;
  modelId: string | null;
  type: string;
  status: "pending" | "completed" | "failed";
  input: { prompt?: string; _metadata?: { nodeId: string; projectId: string } };
  result?: { images?: Array<{ url: string }> } | null;
  error?: string | null;
  createdAt: string;
  completedAt?: string | null;
}

// @acceptance 002:352-386, 002:358, 002:359, 002:360, 002:361, 002:363-369, 002:370-372, 002:373, 002:374-375, 002:377-379
Deno.test("a broadcast of a completed job in document 002's words", () => {
  // The annotation is half of the test: it does not compile where a field is missing or is of another kind.
  const payload: PayloadOfTheDocument = toJobUpdatePayload(EVENT);
  assert.deepEqual(payload, {
    type: "UPDATE",
    table: "jobs",
    schema: "public",
    new: {
      id: ID,
      requestId: "task-1",
      userId: USER,
      modelId: "google/nano-banana",
      type: "image",
      status: "completed",
      input: { _metadata: { projectId: "p1", nodeId: "n1" } },
      result: { images: PATHS.map((path) => ({ url: AUTHENTICATED + path })) },
      error: null,
      createdAt: COMPLETED.created_at,
      completedAt: COMPLETED.completed_at,
    },
    old: { id: ID, status: "pending" },
    _debug: EVENT._debug,
  });
});

Deno.test("a new job has no old, a deleted one no new", () => {
  const created = toJobUpdatePayload({ ...EVENT, type: "INSERT", new: WAITING, old: null });
  assert.deepEqual([created.new?.status, "old" in created], ["pending", false]);
  const deletion: JobDeletedEvent = {
    ...EVENT,
    type: "DELETE",
    new: null,
    old: { id: ID, status: "cancelled", current_step: "cancelled", version: 4 },
  };
  const deleted = toJobUpdatePayload(deletion);
  assert.deepEqual(["new" in deleted, deleted.old], [false, { id: ID, status: "failed" }]);
});

Deno.test("five states are three there, and who cancelled is told so", () => {
  const words: [JobStatus, FalJob["status"], string | null][] = [
    ["pending", "pending", null],
    ["processing", "pending", null],
    ["completed", "completed", null],
    ["failed", "failed", "out of memory"],
    ["cancelled", "failed", "Cancelled"],
  ];
  for (const [status, word, error] of words) {
    const told = toFalJob({ ...WAITING, status, error_message: status === "failed" ? error : null });
    assert.deepEqual([told.status, told.error], [word, error], status);
  }
});

Deno.test("what is not known yet is null or left out, never made up", () => {
  const job = toFalJob({ ...WAITING, metadata: null });
  assert.deepEqual([job.requestId, job.modelId, job.result, job.completedAt], [null, null, null, null]);
  assert.deepEqual(job.input, {});
  for (const metadata of [{}, { projectId: "p1" }, { projectId: 7, nodeId: "n1" }]) {
    assert.deepEqual(toFalJob({ ...WAITING, metadata }).input, {}, JSON.stringify(metadata));
  }
});

Deno.test("a job that was read has its prompt, and addresses that an <img> can load", () => {
  const files = PATHS.map((path) => ({ path, signedUrl: `https://signed.test/${path}` }));
  const job = { ...COMPLETED, input: { prompt: "a lighthouse", images: [] }, output: { files } };
  assert.equal(toFalJob(job).input.prompt, "a lighthouse");
  assert.deepEqual(toFalJob(job).result?.images, files.map(({ signedUrl }) => ({ url: signedUrl })));
  const addressOf = (path: string) => path.endsWith("1-0.png") ? "blob:1" : undefined;
  const urls = (source: VisibleJob) => toFalJob(source, { addressOf }).result?.images.map(({ url }) => url);
  assert.deepEqual(urls(job), ["blob:1", `https://signed.test/${PATHS[1]}`], "one's own come first");
  assert.deepEqual(urls(COMPLETED), ["blob:1", AUTHENTICATED + PATHS[1]]);
});

Deno.test("a result without files shows no image, as does one whose files are no longer kept", () => {
  for (const output_paths of [[], null]) {
    assert.deepEqual(toFalJob({ ...COMPLETED, output_url: null, output_paths }).result, { images: [] });
  }
});

// @acceptance 000:111
Deno.test("a job in document 000's words goes from PENDING by STARTED and PROCESSING to COMPLETED", () => {
  const states: [JobStatus, JobStep, number | null, AiJobStatus][] = [
    ["pending", "queued", null, "PENDING"],
    ["processing", "starting", null, "PENDING"],
    ["processing", "running", null, "STARTED"],
    ["processing", "running", 0, "STARTED"],
    ["processing", "running", 40, "PROCESSING"],
    ["processing", "webhook_received", null, "PROCESSING"],
    ["completed", "completed", 100, "COMPLETED"],
    ["failed", "failed", 40, "FAILED"],
    ["cancelled", "cancelled", null, "CANCELLED"],
  ];
  for (const [status, current_step, progress, word] of states) {
    assert.equal(
      toAiJob({ ...WAITING, status, current_step, progress }).status,
      word,
      `${status} ${progress}`,
    );
  }
});

Deno.test("and has what document 000 selects, and the rest of the view but started_at", () => {
  const input = { prompt: "a lighthouse" };
  assert.deepEqual(toAiJob({ ...WAITING, tool: "portrait", input }), {
    id: ID,
    user_id: USER,
    tool: "portrait",
    status: "PENDING",
    progress: null,
    input,
    output: null,
    output_url: null,
    error_code: null,
    error_message: null,
    metadata: WAITING.metadata,
    created_at: WAITING.created_at,
    completed_at: null,
    updated_at: WAITING.updated_at,
    version: 5,
  });
});
