/** A job's history as spans: what it went through, and how long each took. */
import type { HistoryEntry } from "../../../../../shared/rows/job.ts";
import type { ClientJob } from "../../../api/job.ts";
import { stateOf } from "./shown_step.ts";

export interface Span {
  step: string;
  /** ISO 8601. */
  at: string;
  /** Until the next entry, in ms; null for the last one. */
  ms: number | null;
  isLast: boolean;
  /** What else the entry says, as `[name, value]`. */
  details: readonly (readonly [string, string])[];
}

export function spansOf(history: readonly HistoryEntry[]): readonly Span[] {
  return history.map((entry, index) => {
    const { step, timestamp, ...details } = entry;
    const next = history[index + 1];
    return {
      step,
      at: timestamp,
      ms: next ? Math.max(0, Date.parse(next.timestamp) - Date.parse(timestamp)) : null,
      isLast: next === undefined,
      details: Object.entries(details).filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const),
    };
  });
}

/** From its creation to its end, in ms; null while it goes on. */
export function totalOf({ step_history: history, current_step, created_at, completed_at }: Pick<
  ClientJob,
  "step_history" | "current_step" | "created_at" | "completed_at"
>): number | null {
  const state = stateOf(current_step);
  if (state === "waiting" || state === "working") return null;
  const end = completed_at ?? history.at(-1)?.timestamp;
  const ms = end ? Date.parse(end) - Date.parse(history[0]?.timestamp ?? created_at) : NaN;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
