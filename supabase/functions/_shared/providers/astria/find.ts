/** Looking for the tune of a submit whose answer was lost. */
import { z } from "zod";
import type { Submitted } from "../../engine/attempts.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { ProviderError } from "../provider.ts";
import { call } from "./call.ts";
import { submittedAs, titleOf, type Tune, tune } from "./tune.ts";

// The longest page there is (astria.md#endpoints). Two thousand tunes that are younger than an attempt are more than
// one account makes.
const PAGE = 120;
const MAX_PAGES = 20;
// Between their clock and ours.
const CLOCK_MARGIN_MS = 10 * 60_000;

/** The tune with the attempt's title; null when there is none among those since it began. */
export async function findTask(work: WorkItem): Promise<Submitted | null> {
  const title = titleOf(work);
  const notBefore = Date.parse(work.attempt.started_at) - CLOCK_MARGIN_MS;
  let beforeId: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const tunes = await listTunes(work, beforeId);
    const found = tunes.find((entry) => entry.tune.title === title);
    if (found) return submittedAs(found.tune, found.raw);
    const oldest = tunes.at(-1)?.tune;
    if (!oldest || Date.parse(oldest.created_at ?? "") < notBefore) return null;
    beforeId = oldest.id;
  }
  const message = `None of the ${MAX_PAGES * PAGE} newest tunes has the title ${title}`;
  throw new ProviderError({ retryClass: "backoff", code: "too_many_tunes", message });
}

/** A page of the account's tunes, newest first; each with itself as it may be stored. */
async function listTunes(work: WorkItem, beforeId?: string): Promise<{ tune: Tune; raw: unknown }[]> {
  const query = new URLSearchParams({ limit: String(PAGE), ...beforeId ? { before_id: beforeId } : {} });
  const { body, raw } = await call(work, `/tunes?${query}`, {});
  const parsed = z.array(tune).safeParse(body);
  if (!parsed.success) throw malformedAnswer("The answer is no list of tunes", raw);
  return parsed.data.map((entry, index) => ({ tune: entry, raw: z.array(z.unknown()).parse(raw)[index] }));
}
