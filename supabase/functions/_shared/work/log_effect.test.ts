import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { type Differences, messageFor } from "../engine/work_item_fixture.ts";
import { fakeEdgeRuntime, nobodysUrl, recordLogs } from "../runtime/fake_runtime.ts";
import { aimOf } from "./log_effect.ts";
import { OUTCOME, scriptedProvider, TASK_ID } from "./scripted_provider_fixture.ts";
import { settleMessage } from "./settle.ts";

const logs = recordLogs();
const project = fakeSupabase();
const runtime = fakeEdgeRuntime();
const MODEL_ID = "7f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
const NODE = { effect: "project_node", metadata: { projectId: "p1", nodeId: "n1", note: "secret" } };
const MODEL = { effect: "model", model_id: MODEL_ID };

Deno.test.beforeEach(() => {
  project.reset();
  logs.length = 0;
});

/** Settles a task with this outcome; returns the lines about effects, without the job's id. */
async function settled(outcome: "succeeded" | "failed", job: Differences["job"]): Promise<string[]> {
  const attempt = { phase: "submitted" as const, external_id: TASK_ID, submits: 1, word: outcome };
  const { provider } = scriptedProvider({ outcomes: [OUTCOME[outcome]] });
  await settleMessage(messageFor(nobodysUrl(), { attempt, job }), outcome, provider);
  await runtime.idle();
  return logs.flatMap((line) => line.match(/^\[jobs\] Job \S+: (effect .*)$/)?.[1] ?? []);
}

// @acceptance 002:492
Deno.test("a job that is shown on a node says so when it has ended, and names project and node", async () => {
  project.rows.job_effects = [{ effect: "project_node", outcome: "applied", message: null }];
  for (const outcome of ["succeeded", "failed"] as const) {
    logs.length = 0;
    assert.deepEqual(await settled(outcome, NODE), [
      'effect {"effect":"project_node","outcome":"applied","projectId":"p1","nodeId":"n1"}',
    ], outcome);
  }
});

// @acceptance 001:43
Deno.test("a training names its model, with the status and progress that it has now", async () => {
  project.rows.job_effects = [{ effect: "model", outcome: "applied", message: null }];
  project.rows.ai_models = [{ status: "READY", progress: 100 }];
  assert.deepEqual(await settled("succeeded", MODEL), [
    `effect {"effect":"model","outcome":"applied","modelId":"${MODEL_ID}","status":"READY","progress":100}`,
  ]);
  assert.match(logs.join("\n"), new RegExp(`: completed \\{.*"modelId":"${MODEL_ID}"`));
});

// @acceptance 001:43, 001:44-45, 002:492
Deno.test("where the documents' words are asked for, they say what has become of it, and whether it was told", async () => {
  Deno.env.set("ESTEIRA_LOGS", "documents");
  project.rows.job_effects = [{ effect: "model", outcome: "applied", message: null }];
  project.rows.ai_models = [{ status: "READY", progress: 100 }];
  for (
    const [isTold, words] of [[true, "✅ Broadcast sent successfully"], [
      false,
      "❌ Broadcast failed",
    ]] as const
  ) {
    logs.length = 0;
    project.answers.model_told = isTold;
    await settled("succeeded", MODEL);
    assert.ok(
      logs.some((line) => line.startsWith(`✅ Model ${MODEL_ID} successfully updated to status: READY`)),
    );
    assert.ok(logs.some((line) => line.startsWith(`${words} for model ${MODEL_ID}`)), logs.join("\n"));
  }
  project.rows.job_effects = [{ effect: "project_node", outcome: "applied", message: null }];
  await settled("succeeded", NODE);
  assert.ok(logs.some((line) => line.startsWith("✅ updateProjectNode ") && line.includes('"nodeId":"n1"')));
  Deno.env.delete("ESTEIRA_LOGS");
});

Deno.test("an effect that failed says why", async () => {
  project.rows.job_effects = [{ effect: "project_node", outcome: "failed", message: "it is locked" }];
  assert.match((await settled("succeeded", NODE)).join(), /"outcome":"failed".*"message":"it is locked"/);
});

Deno.test("a job without an effect has no such line, and nobody is asked for one", async () => {
  assert.deepEqual(await settled("succeeded", {}), []);
  assert.deepEqual(
    await settled("succeeded", { ...NODE, metadata: { nodeId: "n1" } }),
    [],
    "nobody's project",
  );
  assert.ok(project.requests.every(({ path }) => !path.includes("job_effects")));
});

Deno.test("a job that ends otherwise meanwhile, or is gone, has none either", async () => {
  project.answers.complete = "late";
  assert.deepEqual(await settled("succeeded", NODE), []);
  project.answers.complete = "completed";
  project.rows.job_effects = [];
  assert.deepEqual(await settled("succeeded", NODE), []);
});

Deno.test("a line tells what a job aims at, and nothing else of its metadata", () => {
  const { item: { job } } = messageFor(nobodysUrl());
  assert.deepEqual(aimOf({ ...job, ...NODE }), { projectId: "p1", nodeId: "n1" });
  assert.deepEqual(aimOf({ ...job, ...MODEL }), { modelId: MODEL_ID });
  assert.deepEqual(aimOf({ ...job, metadata: NODE.metadata }), {});
});
