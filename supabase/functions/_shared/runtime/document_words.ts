/**
 * The lines that documents 000, 001 and 002 look for in the backend's logs, word for word, where ESTEIRA_LOGS lists
 * `documents`. Each says what our own line beside it says. Those of document 003 are always written.
 */
import { logWords } from "./log.ts";

/** Document 000: a worker outside has said where its job stands. */
export function sayUpdated(jobId: string, update: Record<string, unknown>): void {
  logWords("[updateJobStatus] ✅ Job status updated successfully", { jobId, ...update });
}

/** Document 000: what it said was refused. */
export function sayUpdateRefused(jobId: string, code: string, update: Record<string, unknown> = {}): void {
  logWords("[updateJobStatus] ❌ Failed to update job status", { jobId, code, ...update });
}

/** Document 001, for any provider: something has arrived, and its token is a job's. */
export function sayWebhookReceived(provider: string, jobId: string): void {
  logWords(`📥 [WEBHOOK_${provider.toUpperCase()}] Webhook request received`, { jobId });
}

/** What came is believed to be nobody's word: its signature does not hold. */
export function sayWebhookRefused(provider: string, jobId: string, reason: string): void {
  logWords(`❌ [WEBHOOK_${provider.toUpperCase()}] Webhook refused`, { jobId, reason });
}

/** Document 001: whose training it is. */
export function sayProcessing(provider: string, modelId: string): void {
  const name = provider.charAt(0).toUpperCase() + provider.slice(1);
  logWords(`🎯 Processing ${name} tune webhook for model: ${modelId}`);
}

/** Document 001: the model stands otherwise, and its owner's screens were told, or not. */
export function sayModelUpdated(
  { modelId, status, progress, isTold }: {
    modelId: string;
    status: string;
    progress: number;
    isTold: boolean;
  },
): void {
  logWords(`✅ Model ${modelId} successfully updated to status: ${status}, progress: ${progress}%`);
  logWords(`📡 Broadcasting model status change for model ${modelId}: ${status}`);
  logWords(
    isTold
      ? `✅ Broadcast sent successfully for model ${modelId}`
      : `❌ Broadcast failed for model ${modelId}: see private.broadcast_failures`,
  );
}

/** Document 002: the result is on its node, or why not. */
export function sayNodeUpdated(jobId: string, outcome: string, aim: Record<string, unknown>): void {
  logWords(outcome === "applied" ? "✅ updateProjectNode" : "❌ updateProjectNode", {
    jobId,
    outcome,
    ...aim,
  });
}
