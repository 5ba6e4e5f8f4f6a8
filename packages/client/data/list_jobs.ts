/** Reads pages of the user's jobs. */
import type { JobFilter } from "../api/esteira.ts";
import type { Http } from "../http/http.ts";
import { toError } from "../http/outcome.ts";
import { isDict, jobsIn } from "./arrivals.ts";
import type { ReadJob } from "./client_job.ts";
import { addressOf } from "./queue_view.ts";

export interface Page {
  readonly jobs: readonly ReadJob[];
  readonly nextCursor: string | null;
  /** See `Answer`. */
  readonly askedAt: number;
}

/** Reads a page. @throws EsteiraError */
export async function readPage(
  http: Http,
  filter: JobFilter,
  { limit, cursor, signal, tries, odd, isPolled = false }: {
    limit: number;
    cursor?: string | null;
    signal?: AbortSignal;
    tries?: number;
    /** Called with rows that are not understood, and left out. */
    odd?: (row: unknown) => void;
    isPolled?: boolean;
  },
): Promise<Page> {
  const path = addressOf(filter, limit, cursor);
  const { body, askedAt } = await http.call({
    path,
    isPolled,
    ...signal && { signal },
    ...tries && { tries },
  });
  const jobs = jobsIn(body, odd);
  const nextCursor = isDict(body) ? body.nextCursor ?? null : undefined;
  if (!jobs || (nextCursor !== null && typeof nextCursor !== "string")) {
    throw toError("malformed_answer", "The answer is no page of jobs.");
  }
  return { jobs, nextCursor, askedAt };
}
