/** Accounts as `ops_api.accounts` tells of them, and what one reads off them first. */
import type { Tone } from "../../ui/tag.tsx";

type Secret = "present" | "missing" | "not_needed";

export interface Account {
  readonly account_id: number;
  readonly lane: string;
  readonly provider: string;
  readonly delivery: string;
  readonly name: string;
  readonly capacity: number;
  /** Slots that are held; more than the capacity while it was lowered under them. */
  readonly running: number;
  /** Slots too many, which go when they are let go of. */
  readonly retiring: number;
  readonly key: Secret;
  readonly secret_name: string | null;
  readonly webhook_secret: Secret;
  readonly webhook_secret_name: string | null;
  readonly is_paused: boolean;
  /** `infinity`: until somebody resumes it. */
  readonly paused_until: string | null;
  readonly pause_reason: string | null;
  readonly pause_left_ms: number | null;
  readonly is_lane_paused: boolean;
  readonly is_circuit_open: boolean;
  readonly retired_at: string | null;
}

export interface AccountPage {
  readonly accounts: readonly Account[];
  readonly next: number | null;
}

/** Who holds a slot. */
export interface Holder {
  readonly slot_id: number;
  readonly is_retiring: boolean;
  readonly job_id: string;
  readonly attempt: number | null;
  readonly tool: string | null;
  readonly status: string | null;
  readonly current_step: string | null;
  readonly user_id: string | null;
  readonly user_email: string | null;
  readonly external_id: string | null;
  readonly is_job_over: boolean;
  readonly stopped_for: string | null;
  readonly held_ms: number | null;
}

export interface AccountWithHolders extends Account {
  readonly holders: readonly Holder[];
}

export const ACCOUNT_STATES = [
  "retired",
  "key_missing",
  "paused",
  "lane_paused",
  "lane_down",
  "no_slots",
  "full",
  "ready",
] as const;
export type AccountState = typeof ACCOUNT_STATES[number];

/** What is to be known of an account first: whatever keeps it from starting jobs, the gravest before others. */
export function stateOf(account: Account): AccountState {
  if (account.retired_at !== null) return "retired";
  if (account.key === "missing" || account.webhook_secret === "missing") return "key_missing";
  if (account.is_paused) return "paused";
  if (account.is_lane_paused) return "lane_paused";
  if (account.is_circuit_open) return "lane_down";
  if (account.capacity === 0) return "no_slots";
  return account.running >= account.capacity ? "full" : "ready";
}

export const STATE_TONES: Readonly<Record<AccountState, Tone>> = {
  retired: "quiet",
  key_missing: "bad",
  paused: "warn",
  lane_paused: "warn",
  lane_down: "bad",
  no_slots: "warn",
  full: "accent",
  ready: "good",
};

/** SQL that puts in what is missing. */
export function setSecretSql(name: string): string {
  return `select ops.set_secret('${name.replaceAll("'", "''")}', '<secret>');`;
}
