/** The inbox as `ops_api.webhooks` tells of it. */
import type { Whole } from "../../texts/format.ts";
import type { Tone } from "../../ui/tag.tsx";

/** What became of a webhook that was stored. */
export const STORED = ["accepted", "stale_attempt", "late", "other_task"] as const;
/** Why one was refused: nothing of it is kept but the count. */
export const REFUSED = ["wrong_token", "bad_signature", "no_secret", "too_large"] as const;
export type InboxVerdict = typeof STORED[number] | typeof REFUSED[number];

export interface InboxLine {
  /** `webhook:7`, `refusal:<job>:<reason>`. */
  readonly id: string;
  readonly event_id: Whole | null;
  readonly at: string;
  readonly age_ms: number;
  readonly provider: string;
  readonly verdict: string;
  readonly is_refused: boolean;
  /** Of refused ones: how often, and since when. */
  readonly times: Whole;
  readonly first_at: string;
  readonly job_id: string;
  readonly attempt: number | null;
  readonly tool: string | null;
  readonly lane: string | null;
  readonly status: string | null;
  readonly current_step: string | null;
  readonly user_id: string;
  readonly user_email: string | null;
  readonly external_id: string | null;
  readonly verified_by: string | null;
  readonly after_ms: number | null;
  readonly can_replay: boolean;
}

export interface InboxPage {
  readonly webhooks: readonly InboxLine[];
  readonly next: { readonly at: string; readonly id: string } | null;
  readonly looked_at: number;
  readonly is_complete: boolean;
}

export interface RawWebhook extends InboxLine {
  readonly headers: string;
  readonly payload: string;
  readonly is_masked: boolean;
}

export const VERDICT_TONES: Readonly<Record<InboxVerdict, Tone>> = {
  accepted: "good",
  stale_attempt: "warn",
  late: "quiet",
  other_task: "warn",
  wrong_token: "bad",
  bad_signature: "bad",
  no_secret: "bad",
  too_large: "bad",
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(text: string): boolean {
  return UUID.test(text.trim());
}

/** The filter of `ops_api.webhooks` that an address asks for; what is no id yet, names nothing yet. */
export function inboxFilterOf(search: Readonly<Record<string, string>>): Record<string, unknown> {
  const { provider, verdict, job = "", refused } = search;
  return {
    ...provider && { provider },
    ...verdict && { verdict },
    ...isId(job) && { job_id: job.trim() },
    ...(refused === "yes" || refused === "no") && { refused: refused === "yes" },
  };
}

/** A line may move up while pages are read: each is shown once, where it came first. */
export function linesOf(pages: readonly InboxPage[]): InboxLine[] {
  const lines = new Map<string, InboxLine>();
  for (const line of pages.flatMap(({ webhooks }) => webhooks)) {
    if (!lines.has(line.id)) lines.set(line.id, line);
  }
  return [...lines.values()];
}
