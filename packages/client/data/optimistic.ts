/** A job as it is shown before the server has it. */
import type { CreateOptions } from "../api/esteira.ts";
import type { ClientJob } from "../api/job.ts";

export interface Wish extends CreateOptions {
  readonly tool: string;
  readonly input: Record<string, unknown>;
}

/** What `POST /jobs` takes. */
export type WishBody = ReturnType<typeof bodyOf>;

/** The request for a wish, as it is now: what the caller does to the objects later is not sent. */
export function bodyOf({ tool, input, metadata, runAt, priority }: Wish, idempotencyKey: string) {
  return {
    tool,
    input: copyOf(input),
    idempotencyKey,
    ...metadata && { metadata: copyOf(metadata) },
    ...runAt !== undefined && { runAt: runAt instanceof Date ? runAt.toISOString() : runAt },
    ...priority !== undefined && { priority },
  };
}

/** As it will be sent. @throws TypeError for what is no JSON, at once: nothing would ever send it */
const copyOf = (value: Record<string, unknown>): Record<string, unknown> => JSON.parse(JSON.stringify(value));

/** The job that a request will make. @param now by the server's clock @param lane its tool's, as far as it is known */
export function optimisticJob(body: WishBody, userId: string | null, now: number, lane: string): ClientJob {
  const at = new Date(now).toISOString();
  return {
    id: body.idempotencyKey,
    key: body.idempotencyKey,
    isCreating: true,
    user_id: userId ?? "",
    tool: body.tool,
    lane,
    status: "pending",
    current_step: "insert",
    failed_at_step: null,
    error_code: null,
    error_message: null,
    output_url: null,
    output_paths: null,
    progress: null,
    progress_is_estimate: false,
    refund: "none",
    refundable: true,
    request_id: null,
    model_id: null,
    metadata: body.metadata ?? {},
    idempotency_key: body.idempotencyKey,
    run_at: body.runAt ?? null,
    version: 0,
    created_at: at,
    completed_at: null,
    updated_at: at,
    step_history: [],
    input: body.input,
    output: null,
    details: null,
  };
}
