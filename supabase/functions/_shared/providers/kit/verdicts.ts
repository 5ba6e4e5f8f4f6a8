/** Verdicts on webhooks that several providers pass. */
import type { Verdict } from "../provider.ts";

// fal.md#signature; KIE recommends a limit and names none (kie.md#signature).
const SIGNATURE_WINDOW_MS = 300_000;

/** The webhook is not authentic. `reason`: a sentence, for the log. */
export function refused(reason: string): Verdict {
  return { ok: false, code: "unauthenticated", reason };
}

/** Whether the webhook is authentic cannot be known here. `reason`: a sentence, for the log. */
export function misconfigured(reason: string): Verdict {
  return { ok: false, code: "misconfigured", reason };
}

/** The verdict where there is no secret to check a signature with. */
export const WITHOUT_SECRET = misconfigured("The account has no webhook secret to check this with.");

/** Whether `text` can be the time of a signature: seconds since 1970. */
export function isTimestamp(text: string): boolean {
  return /^\d{1,12}$/.test(text);
}

/** Refuses a signature of long ago, or of the future; null when it was made just now. `timestamp`: as isTimestamp says. */
export function refusedForItsAge(timestamp: string, receivedAt: number): Verdict | null {
  const isFresh = Math.abs(receivedAt - Number(timestamp) * 1000) <= SIGNATURE_WINDOW_MS;
  return isFresh ? null : refused("The signature is more than five minutes old, or from the future.");
}
