/** Webhooks: whose they are, and storing them. */
import { z } from "zod";
import type { Json } from "../../../../shared/database.types.ts";
import { unwrap, worker } from "./database.ts";
import { report } from "./reports.ts";
import { message } from "./work_item.ts";

/** What is known about the account whose task a webhook is about. */
export interface WebhookAccount {
  settings: Record<string, unknown>;
  /** What its provider signs with; null when the account names no secret or the Vault does not have it. */
  webhookSecret: string | null;
}

const webhookAccount = z.object({
  settings: z.record(z.string(), z.unknown()),
  webhook_secret: z.string().nullable(),
});

/** The account that a callback URL is about; null: no attempt has this token. */
export async function accountOfWebhook(
  provider: string,
  jobId: string,
  token: string,
): Promise<WebhookAccount | null> {
  const account = webhookAccount.nullable().parse(unwrap(
    await worker().rpc("webhook_account", { p_provider: provider, p_job_id: jobId, p_token: token }),
  ));
  return account && { settings: account.settings, webhookSecret: account.webhook_secret };
}

/** Why a webhook was not believed. */
export type Refusal = "wrong_token" | "bad_signature" | "no_secret" | "too_large";

/** Counts a webhook that was not believed. False: the provider has no such job, and nothing was noted. */
export async function webhookRefused(provider: string, jobId: string, reason: Refusal): Promise<boolean> {
  return unwrap(
    await worker().rpc("webhook_refused", { p_provider: provider, p_job_id: jobId, p_reason: reason }),
  ) ?? false;
}

const webhookResult = z.discriminatedUnion("verdict", [
  // late: the job has ended; the outbox of cancels has heard of it. too_many: not kept, and no news.
  z.object({ verdict: z.enum(["unknown", "duplicate", "late", "too_many"]) }),
  z.object({
    // other_task: it names a task that is not the attempt's, and is no word on that.
    verdict: z.enum(["accepted", "stale_attempt", "other_task"]),
    lane: z.string(),
    /** Somebody waited for a slot of the lane. Else a job at most that was created in the same moment. */
    waits: z.boolean().default(true),
    message,
  }),
]);
export type WebhookResult = z.infer<typeof webhookResult>;

/** What arrived at a webhook. */
export interface ReceivedWebhook {
  provider: string;
  dedupeKey: string;
  jobId: string;
  token: string;
  externalId: string | null;
  verifiedBy: string;
  headers: Record<string, string>;
  payload: unknown;
  /** The provider's final word on the task; null: it says nothing of an end. */
  word: "succeeded" | "failed" | null;
  details: Record<string, unknown>;
}

/** Stores a webhook and says what became of it. */
export async function webhook(event: ReceivedWebhook): Promise<WebhookResult> {
  return webhookResult.parse(
    await report("webhook", {
      p_provider: event.provider,
      p_dedupe_key: event.dedupeKey,
      p_job_id: event.jobId,
      p_token: event.token,
      p_verified_by: event.verifiedBy,
      p_headers: event.headers,
      p_payload: event.payload as Json,
      p_word: event.word as string,
      p_details: event.details as Json,
      ...event.externalId === null ? {} : { p_external_id: event.externalId },
    }),
  );
}
