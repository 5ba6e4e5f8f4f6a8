/** The audit as `ops_api.find_acts` tells of it. */
import type { Whole } from "../../texts/format.ts";
import { isId } from "../webhooks/webhook.ts";

export interface Act {
  readonly audit_id: Whole;
  readonly at: string;
  readonly age_ms: number;
  /** null: in SQL, or with a secret key; of one who has left a tombstone. */
  readonly actor: string | null;
  readonly actor_email: string | null;
  readonly actor_role: "admin" | "support";
  /** The database's role that it was done in. */
  readonly called_as: string;
  readonly action: string;
  /** As it was given, as text. */
  readonly filter: string;
  /** A user has left whom it named. */
  readonly is_forgotten: boolean;
  readonly counts: Readonly<Record<string, unknown>>;
  /** To be charged; less than zero: given. */
  readonly credits: Whole;
  readonly reason: string | null;
  readonly run_id: string | null;
  readonly run_state: string | null;
  readonly job_id: string | null;
  readonly user_id: string | null;
}

export interface ActPage {
  readonly acts: readonly Act[];
  readonly next: Whole | null;
  readonly looked_at: number;
  readonly is_complete: boolean;
}

export const ACTIONS = [
  "retry",
  "redrive",
  "cancel",
  "refund",
  "resolve",
  "set_priority",
  "replay_webhook",
  "quarantine",
  "release",
  "delete",
  "pause",
  "resume",
  "set_capacity",
  "grant_credits",
  "set_operator",
  "set_support_limit",
  "set_grant_limit",
  "abort",
  "repair",
] as const;

/** The filter of `ops_api.find_acts` that an address asks for; what is no id yet, names nothing yet. */
export function actsFilterOf(search: Readonly<Record<string, string>>): Record<string, unknown> {
  const { actor = "", action, about = "", run = "" } = search;
  return {
    ...isId(actor) && { actor: actor.trim() },
    ...action && { action },
    ...isId(about) && { about: about.trim() },
    ...isId(run) && { run_id: run.trim() },
  };
}

/** How many it was for, of how many the filter named; null where nothing was counted. */
export function countsOf({ counts }: Pick<Act, "counts">): { qualified: number; matched: number } | null {
  const { matched, qualified } = counts;
  return typeof matched === "number" && typeof qualified === "number" ? { matched, qualified } : null;
}

/** A filter on one line, without the braces around it and the quotes around its keys; nothing in it is parsed. */
export function inOneLine(filter: string): string {
  const lines = filter.split("\n").map((line) => line.trim().replace(/^"(\w+)":/, "$1:"));
  return lines.filter((line) => line !== "{" && line !== "}").join(" ");
}
