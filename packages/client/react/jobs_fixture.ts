/** Jobs, models and tools to show, in every state. */
import type { ClientJob, ClientOutput } from "../api/job.ts";
import type { Model } from "../../../shared/rows/model.ts";
import type { Tool } from "../../../shared/rows/tool.ts";
import { WAITING_JOB } from "../testing/waiting_job_fixture.ts";

export const JOB_ID = "0199a1b2-0000-7000-8000-000000000001";

/** A job as it is read: waiting, unless something else is said. */
export function aJob(change: Partial<ClientJob> = {}): ClientJob {
  const id = change.id ?? JOB_ID;
  return {
    key: change.key ?? id,
    isCreating: false,
    id,
    user_id: "0199a1b2-0000-7000-8000-0000000000aa",
    tool: "upscaler",
    ...WAITING_JOB,
    metadata: {},
    idempotency_key: null,
    created_at: "2026-11-26T12:00:00.000Z",
    updated_at: "2026-11-26T12:00:00.000Z",
    step_history: [],
    input: null,
    details: null,
    ...change,
  };
}

/** A history whose entries are so many seconds apart, from noon on. */
export function aHistory(...steps: readonly (readonly [ClientJob["current_step"], number])[]) {
  let at = Date.parse("2026-11-26T12:00:00.000Z");
  return steps.map(([step, seconds]) => {
    at += seconds * 1000;
    return { step, timestamp: new Date(at).toISOString() };
  });
}

export function anOutput(
  files: readonly { path: string; content_type: string; signedUrl: string | null }[],
): ClientOutput {
  return {
    files: files.map((file) => ({
      bucket: "outputs",
      bytes: 1_234_567,
      signedUrlExpiresAt: file.signedUrl && "2026-11-26T13:00:00.000Z",
      ...file,
    })),
  };
}

export function aModel(change: Partial<Model> = {}): Model {
  return {
    id: "0199a1b2-0000-7000-8000-00000000m001".replace("m", "b"),
    status: "TRAINING",
    progress: 10,
    errorMessage: null,
    modelUrl: null,
    trainedAt: null,
    name: "Ana",
    trainingJobId: JOB_ID,
    version: 1,
    createdAt: "2026-11-26T12:00:00.000Z",
    updatedAt: "2026-11-26T12:00:00.000Z",
    ...change,
  };
}

export function aTool(change: Partial<Tool> = {}): Tool {
  return {
    tool: "upscaler",
    lane: "runninghub",
    titles: { en: "Upscaler", "pt-BR": "Ampliador" },
    credit_cost: 10,
    effect: null,
    timeout_seconds: 1800,
    max_waiting: null,
    priority: { default: 0, min: -10, max: 10 },
    files: {
      image: { types: ["image/png", "image/jpeg", "image/webp"], max_bytes: 30_000_000, max_count: 1 },
    },
    input_schema: {},
    ...change,
  };
}
