/** The engine's functions in schema `worker`, typed. Each call is one transition in one transaction. */
import { z } from "zod";
import type { Json } from "../../../../shared/database.types.ts";
import type { JobOutput } from "../../../../shared/job.ts";
import { admin, unwrap } from "./database.ts";
import { logError } from "../runtime/log.ts";
import type { ProviderFailure, Submitted, WebhookAccount } from "../providers/provider.ts";
import { storable } from "../http/redact.ts";
import { type Message, message } from "./work_item.ts";

const worker = () => admin().schema("worker");

/** Lanes to drain. */
export async function lanes(): Promise<string[]> {
  return unwrap(await worker().rpc("lanes")) ?? [];
}

/** Dispatches `lane` and leases up to `quantity` of its submit messages. */
export async function receive(
  lane: string,
  quantity: number,
): Promise<Message[]> {
  return readable(unwrap(await worker().rpc("receive", { p_lane: lane, p_qty: quantity })));
}

/** Leases up to `quantity` settle messages of every lane. */
export async function receiveSettlements(quantity: number): Promise<Message[]> {
  return readable(unwrap(await worker().rpc("receive_settlements", { p_qty: quantity })));
}

/**
 * The messages that can be read. One that cannot (its tool or account has settings of the wrong kind) must not keep the
 * others from being worked on: it comes back with its lease, and its job ends at its deadline at the latest.
 */
function readable(rows: unknown): Message[] {
  return z.array(z.unknown()).parse(rows).flatMap((row) => {
    const parsed = message.safeParse(row);
    if (!parsed.success) logError("receive", parsed.error, { msg_id: (row as { msg_id?: unknown })?.msg_id });
    return parsed.success ? [parsed.data] : [];
  });
}

/** Keeps what need not be done again and notes that the submit begins; false: the attempt is no longer current. */
export async function checkpoint(
  { item }: Message,
  data: Record<string, unknown>,
): Promise<boolean> {
  return unwrap(
    await worker().rpc("checkpoint", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_checkpoint: data as Json,
    }),
  ) ?? false;
}

/** The provider has the task. Returns the job's status. */
export async function submitted(
  { item, queue, msg_id }: Message,
  answer: Submitted,
): Promise<string> {
  return unwrap(
    await worker().rpc("submitted", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_external_id: answer.externalId,
      p_raw: answer.raw as Json,
      p_details: answer.details as Json,
      p_queue: queue,
      p_msg_id: msg_id,
      ...answer.checkpoint ? { p_checkpoint: answer.checkpoint as Json } : {},
    }),
  ) ?? "unknown";
}

/** Shows how far the attempt is, in percent; false: it is no longer current. */
export async function progress({ item }: Message, percent: number): Promise<boolean> {
  return unwrap(
    await worker().rpc("progress", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_progress: percent,
    }),
  ) ?? false;
}

/** The result is stored. `outputUrl`: null where it is no file. Returns completed, duplicate or late. */
export async function complete(
  { item, queue, msg_id }: Message,
  result: { output: JobOutput; outputUrl: string | null; raw: unknown },
): Promise<string> {
  return unwrap(
    await worker().rpc("complete", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_output: result.output as unknown as Json,
      ...result.outputUrl === null ? {} : { p_output_url: result.outputUrl },
      p_raw: result.raw as Json,
      p_queue: queue,
      p_msg_id: msg_id,
    }),
  ) ?? "unknown";
}

/** The attempt did not succeed. Returns failed, retried, duplicate or late. */
export async function attemptFailed(
  { item, queue, msg_id }: Message,
  failure: ProviderFailure,
): Promise<string> {
  return unwrap(
    await worker().rpc("attempt_failed", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_retry_class: failure.retryClass,
      p_error_code: failure.code,
      p_error_message: storable(failure.message),
      p_queue: queue,
      p_msg_id: msg_id,
      ...failure.raw === undefined ? {} : { p_raw: failure.raw as Json },
      ...failure.retryAfterMs === undefined ? {} : { p_retry_after: `${failure.retryAfterMs} milliseconds` },
    }),
  ) ?? "unknown";
}

/**
 * Makes a leased message visible again after `seconds`. `note` is kept in the attempt's checkpoint, for whoever reads
 * the message next.
 */
export async function defer(
  { item, queue, msg_id }: Message,
  seconds: number,
  note: Record<string, Json> = {},
): Promise<void> {
  unwrap(
    await worker().rpc("defer", {
      p_queue: queue,
      p_msg_id: msg_id,
      p_delay: `${seconds} seconds`,
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_note: note,
    }),
  );
}

/** Deletes a message that has been dealt with and changed nothing. */
export async function acknowledge({ queue, msg_id }: Message): Promise<void> {
  unwrap(await worker().rpc("acknowledge", { p_queue: queue, p_msg_id: msg_id }));
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

const webhookResult = z.discriminatedUnion("verdict", [
  z.object({ verdict: z.enum(["unknown", "duplicate", "late"]) }),
  z.object({
    verdict: z.enum(["accepted", "stale_attempt"]),
    lane: z.string(),
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
  isFinal: boolean;
  details: Record<string, unknown>;
}

/** Stores a webhook and says what became of it. */
export async function webhook(event: ReceivedWebhook): Promise<WebhookResult> {
  return webhookResult.parse(unwrap(
    await worker().rpc("webhook", {
      p_provider: event.provider,
      p_dedupe_key: event.dedupeKey,
      p_job_id: event.jobId,
      p_token: event.token,
      p_verified_by: event.verifiedBy,
      p_headers: event.headers,
      p_payload: event.payload as Json,
      p_is_final: event.isFinal,
      p_details: event.details as Json,
      ...event.externalId === null ? {} : { p_external_id: event.externalId },
    }),
  ));
}
