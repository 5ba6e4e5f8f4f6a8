import assert from "node:assert/strict";
import {
  sayModelUpdated,
  sayNodeUpdated,
  sayProcessing,
  sayUpdated,
  sayUpdateRefused,
  sayWebhookReceived,
  sayWebhookRefused,
} from "./document_words.ts";
import { recordLogs } from "./fake_runtime.ts";

const logs = recordLogs();

function sayAll(): void {
  sayUpdated("j1", { progress: 50 });
  sayUpdateRefused("j1", "stale_token");
  sayWebhookReceived("astria", "j1");
  sayWebhookRefused("kie", "j1", "the signature does not hold");
  sayProcessing("astria", "m1");
  sayModelUpdated({ modelId: "m1", status: "READY", progress: 100, isTold: true });
  sayModelUpdated({ modelId: "m1", status: "ERROR", progress: 0, isTold: false });
  sayNodeUpdated("j1", "applied", { projectId: "p1", nodeId: "n1" });
  sayNodeUpdated("j1", "failed", {});
}

// @acceptance 000:38-49, 000:70-72, 001:41, 001:42, 001:43, 001:44-45, 002:492
Deno.test("what the documents look for is said in their words, where it is asked for", () => {
  logs.length = 0;
  Deno.env.set("ESTEIRA_LOGS", "documents");
  sayAll();
  assert.deepEqual(logs, [
    '[updateJobStatus] ✅ Job status updated successfully {"jobId":"j1","progress":50}',
    '[updateJobStatus] ❌ Failed to update job status {"jobId":"j1","code":"stale_token"}',
    '📥 [WEBHOOK_ASTRIA] Webhook request received {"jobId":"j1"}',
    '❌ [WEBHOOK_KIE] Webhook refused {"jobId":"j1","reason":"the signature does not hold"}',
    "🎯 Processing Astria tune webhook for model: m1 {}",
    "✅ Model m1 successfully updated to status: READY, progress: 100% {}",
    "📡 Broadcasting model status change for model m1: READY {}",
    "✅ Broadcast sent successfully for model m1 {}",
    "✅ Model m1 successfully updated to status: ERROR, progress: 0% {}",
    "📡 Broadcasting model status change for model m1: ERROR {}",
    "❌ Broadcast failed for model m1: see private.broadcast_failures {}",
    '✅ updateProjectNode {"jobId":"j1","outcome":"applied","projectId":"p1","nodeId":"n1"}',
    '❌ updateProjectNode {"jobId":"j1","outcome":"failed"}',
  ]);
});

Deno.test("and nowhere else", () => {
  logs.length = 0;
  Deno.env.delete("ESTEIRA_LOGS");
  sayAll();
  assert.deepEqual(logs, []);
});
