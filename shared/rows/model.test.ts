import assert from "node:assert/strict";
import { Constants, type Database } from "../database.types.ts";
import { MODEL_STATUS_EVENT, modelEvent } from "./events.ts";
import { type Model, model, MODEL_COLUMNS, MODEL_STATUS_COLUMNS, MODEL_STATUSES } from "./model.ts";

const MODEL = {
  id: "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f",
  status: "READY",
  progress: 100,
  errorMessage: null,
  modelUrl: "788416",
  trainedAt: "2026-11-01T12:20:00+00:00",
  name: "Ana",
  trainingJobId: "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0e",
  version: 3,
  createdAt: "2026-11-01T12:00:00+00:00",
  updatedAt: "2026-11-01T12:20:00+00:00",
};
const EVENT = {
  type: "model_status_changed",
  table: "ai_models",
  schema: "public",
  modelId: MODEL.id,
  userId: "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
  status: "READY",
  progress: 100,
  new: MODEL,
  old: { id: MODEL.id, status: "TRAINING", progress: 40, version: 2 },
  _debug: {
    triggeredAt: "2026-11-01T12:20:00+00:00",
    triggerName: "ai_models_broadcast_trigger",
    broadcastSuccess: true,
  },
};

Deno.test("a model is read whole, and what a row has beyond it is left out", () => {
  assert.deepEqual(model.parse({ ...MODEL, userId: EVENT.userId }), MODEL);
  const deleted = { ...MODEL, trainingJobId: null };
  assert.deepEqual(model.parse(deleted), deleted);
});

Deno.test("a model's columns are columns of the table", () => {
  // The annotation is the test: it does not compile when the schema names a column that the table lacks.
  const columns: readonly (keyof Database["public"]["Tables"]["ai_models"]["Row"])[] = Object.keys(
    model.shape,
  ) as (keyof Model)[];
  assert.equal(MODEL_COLUMNS, columns.join(","));
  assert.equal(MODEL_STATUS_COLUMNS, "id,status,progress,errorMessage,modelUrl,trainedAt");
});

Deno.test("the statuses are the words of the database", () => {
  assert.deepEqual(MODEL_STATUSES, Constants.public.Enums.model_status);
});

Deno.test("an event is read as the trigger sends it, also of a new and of a deleted model", () => {
  assert.equal(MODEL_STATUS_EVENT, EVENT.type);
  for (const change of [{}, { old: null }, { new: null }]) {
    assert.deepEqual(modelEvent.parse({ ...EVENT, ...change }), { ...EVENT, ...change });
  }
});

Deno.test("an event of another table or kind is none of ours", () => {
  for (const other of [{ table: "jobs" }, { type: "UPDATE" }, { status: "DONE" }, { modelId: "7" }]) {
    assert.equal(modelEvent.safeParse({ ...EVENT, ...other }).success, false, JSON.stringify(other));
  }
});
