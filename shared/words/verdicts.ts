/** What a verdict on a job is made of; the same words as `ops.diagnose` and `public.why`. Its codes: `verdict_codes.ts`. */

/** From what somebody has to see to, to what is as it should be. */
export const VERDICT_LEVELS = ["error", "warn", "wait", "info", "ok"] as const;
export type VerdictLevel = typeof VERDICT_LEVELS[number];

/** Who ends it. `by_you`: the job's owner. `never`: there is nothing to end. */
export const VERDICT_CLEARS = ["by_itself", "by_you", "by_operator", "by_provider", "never"] as const;
export type VerdictClears = typeof VERDICT_CLEARS[number];
