/** Looking for the tunes of a submit whose answer was lost. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { type FoundTask, ProviderError } from "../provider.ts";
import { call } from "./call.ts";
import { submittedAs, titleOf, type Tune, tune } from "./tune.ts";

// The longest page there is (astria.md#endpoints). Two thousand tunes that are younger than an attempt are more than
// one account makes.
const PAGE = 120;
const MAX_PAGES = 20;
// Between their clock and ours.
const CLOCK_MARGIN_MS = 10 * 60_000;

/** The tunes with the attempt's title among those since it began: one, or more where titles are no keys of the account's. */
export async function findTasks(work: WorkItem): Promise<FoundTask[]> {
  const title = titleOf(work);
  const notBefore = Date.parse(work.attempt.started_at) - CLOCK_MARGIN_MS;
  const found: FoundTask[] = [];
  let beforeId: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const tunes = await listTunes(work, beforeId);
    found.push(...tunes.filter((entry) => entry.tune.title === title).map(foundAs));
    const oldest = tunes.at(-1)?.tune;
    if (!oldest || Date.parse(oldest.created_at ?? "") < notBefore) return found;
    beforeId = oldest.id;
  }
  const message = `There are more than ${MAX_PAGES * PAGE} tunes to look through`;
  throw new ProviderError({ retryClass: "backoff", code: "too_many_tunes", message });
}

/** Of failures nothing is told (astria.md#tunes), and a tune that was stopped is gone. */
function foundAs({ tune, raw }: Listed): FoundTask {
  return { ...submittedAs(tune, raw), state: tune.trained_at ? "succeeded" : "alive" };
}

/** A tune of the list, and itself as it may be stored. */
interface Listed {
  tune: Tune;
  raw: unknown;
}

/** A page of the account's tunes, newest first. */
async function listTunes(work: WorkItem, beforeId?: string): Promise<Listed[]> {
  const query = new URLSearchParams({ limit: String(PAGE), ...beforeId ? { before_id: beforeId } : {} });
  const { body, raw } = await call(work, `/tunes?${query}`);
  const parsed = z.array(tune).safeParse(body);
  if (!parsed.success) throw malformedAnswer("The answer is no list of tunes", raw);
  return parsed.data.map((entry, index) => ({ tune: entry, raw: z.array(z.unknown()).parse(raw)[index] }));
}
