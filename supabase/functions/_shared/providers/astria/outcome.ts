/** How a training stands. */
import type { WorkItem } from "../../engine/work_item.ts";
import { isLastWord, malformedAnswer } from "../kit/failures.ts";
import type { Outcome } from "../provider.ts";
import { call, refusal } from "./call.ts";
import { overdueSettings } from "./settings.ts";
import { pathOf, type Tune, tune } from "./tune.ts";

/** Asks for a tune. */
export async function fetchOutcome(work: WorkItem, externalId: string): Promise<Outcome> {
  const answer = await call(work, pathOf(externalId), {
    accepts: (answer) => answer.status === 404 || isLastWord(answer),
  });
  const { status, body, raw } = answer;
  if (status === 404) return { state: "unknown", reason: `Astria has no tune ${externalId}`, raw };
  if (isLastWord(answer)) return { state: "failed", failure: refusal(answer).failure, raw };
  const parsed = tune.safeParse(body);
  if (!parsed.success || parsed.data.id !== externalId) {
    throw malformedAnswer(`The answer is not tune ${externalId}`, raw);
  }
  return outcomeOf(
    parsed.data,
    overdueSettings.safeParse(work.tool_settings).data?.eta_margin_minutes,
    raw,
  );
}

/**
 * How a tune stands by its times (astria.md#tunes). `etaMarginMinutes`: how long after its eta it is given up; never
 * without.
 */
function outcomeOf(made: Tune, etaMarginMinutes: number | undefined, raw: unknown): Outcome {
  const { trained_at, started_training_at, expires_at, ckpt_url, eta } = made;
  if (trained_at) {
    const data = {
      model_url: made.id,
      tune_id: made.id,
      trained_at,
      expires_at,
      ...ckpt_url ? { ckpt_url } : {},
    };
    return { state: "succeeded", outputs: [], data, raw };
  }
  const overdueMs = Date.now() - Date.parse(eta ?? "");
  if (etaMarginMinutes !== undefined && overdueMs > etaMarginMinutes * 60_000) {
    return { state: "overdue", reason: `The training was to end at ${eta} and has not`, raw };
  }
  if (!started_training_at) return { state: "queued", raw };
  const progress = progressOf(Date.parse(started_training_at), Date.parse(eta ?? ""));
  return { state: "running", ...progress === undefined ? {} : { progress }, raw };
}

/** Percent of the time from start to eta that has gone by; 99 at most, for only `trained_at` tells of the end. */
function progressOf(startedAt: number, eta: number): number | undefined {
  if (!(eta > startedAt)) return undefined;
  const share = (Date.now() - startedAt) / (eta - startedAt);
  return Math.floor(Math.min(Math.max(share * 100, 0), 99));
}
