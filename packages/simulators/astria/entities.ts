/** Tunes and prompts as answers and callbacks show them (astria.md#tunes, #callbacks). Pure. */
import type { Reading } from "../kit/task.ts";
import type { AstriaTask, Failure } from "./task.ts";
import type { PromptSubmission, TuneSubmission } from "./submission.ts";

/** Images and models are deleted so many days after training. */
const KEPT_DAYS = 30;
const UPLOADS = "https://www.astria.ai/uploads";
const DAY_MS = 24 * 60 * 60_000;

/**
 * What is shown of a tune or prompt. One that failed looks like one that is still at work: no failure is documented.
 * @param taskMs how long one takes that no fault makes slow.
 */
export function entityOf(
  task: AstriaTask,
  reading: Reading<Failure>,
  taskMs: number,
): Record<string, unknown> {
  const { submission } = task;
  return submission.kind === "tune"
    ? tuneOf(task, submission, reading, taskMs)
    : promptOf(task, submission, reading);
}

/** The body of a callback: the entity under its name, or as the fault `callback_shape` wants it. */
export function callbackOf(task: AstriaTask, reading: Reading<Failure>, taskMs: number): string {
  const entity = entityOf(task, reading, taskMs);
  const shape = task.faults.callback_shape?.shape;
  if (shape === "bare") return JSON.stringify(entity);
  return JSON.stringify(shape === "array" ? [entity] : { [task.submission.kind]: entity });
}

function tuneOf(
  task: AstriaTask,
  submission: TuneSubmission,
  reading: Reading<Failure>,
  taskMs: number,
): Record<string, unknown> {
  const { createdAt, faults } = task;
  // A faceid has nothing to train: it is there at once (astria.md#tunes).
  const trainedAt = submission.model_type === "faceid" ? createdAt : endOf(task, reading);
  return {
    id: Number(task.id),
    title: submission.title,
    name: submission.name,
    token: submission.token ?? "ohwx",
    base_tune_id: submission.base_tune_id ?? null,
    args: null,
    steps: submission.steps ?? null,
    face_crop: submission.face_crop ?? null,
    training_face_correct: submission.training_face_correct ?? false,
    ckpt_url: null,
    ckpt_urls: [],
    // Whether there is one before the training starts, and whether it moves, is not documented.
    eta: iso(createdAt, faults.slow?.ms ?? taskMs),
    ...timesOf(task, reading, trainedAt),
    expires_at: trainedAt && !submission.auto_extend ? iso(trainedAt, KEPT_DAYS * DAY_MS) : null,
    branch: submission.branch ?? "flux1",
    model_type: submission.model_type ?? null,
    url: `https://www.astria.ai/tunes/${task.id}.json`,
    // Where those lie that came with the request is not documented.
    orig_images: submission.pictures.map(({ url, sha256 }) =>
      URL.canParse(url) ? url : `${UPLOADS}/${sha256}`
    ),
  };
}

function promptOf(
  task: AstriaTask,
  submission: PromptSubmission,
  reading: Reading<Failure>,
): Record<string, unknown> {
  return {
    id: Number(task.id),
    callback: submission.callback ?? null,
    text: submission.text,
    negative_prompt: null,
    cfg_scale: null,
    steps: null,
    seed: null,
    num_images: submission.num_images,
    ...timesOf(task, reading, endOf(task, reading)),
    tune_id: Number(submission.tuneId),
    url: `https://www.astria.ai/tunes/${submission.tuneId}/prompts/${task.id}.json`,
    ...reading.status === "succeeded" ? { images: reading.links.map(({ url }) => url) } : {},
  };
}

function timesOf(task: AstriaTask, reading: Reading<Failure>, trainedAt: Date | undefined) {
  const started = reading.status === "queued" ? undefined : task.startedAt;
  return {
    trained_at: iso(trainedAt),
    started_training_at: iso(started ?? trainedAt),
    created_at: iso(task.createdAt),
    updated_at: iso(trainedAt ?? started ?? task.createdAt),
  };
}

function endOf(task: AstriaTask, reading: Reading<Failure>): Date | undefined {
  return reading.status === "succeeded" ? task.endedAt ?? new Date() : undefined;
}

function iso(time: Date | undefined, plusMs = 0): string | null {
  return time ? new Date(time.getTime() + plusMs).toISOString() : null;
}
