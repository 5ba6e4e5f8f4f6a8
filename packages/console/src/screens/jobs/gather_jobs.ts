/** The ids of what fits a filter that no action knows: so the jobs are named one by one. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { callOps } from "../../data/call_ops.ts";
import type { Filter } from "./filters.ts";
import type { JobPage } from "./types.ts";

/** More are not named one by one: the filter is to be narrowed. */
export const MOST_GATHERED = 2_000;
const PAGE = 200;

export interface Gathered {
  readonly ids: string[];
  readonly areAll: boolean;
}

/** @throws OpsError */
export async function gatherJobs(supabase: SupabaseClient, filter: Filter): Promise<Gathered> {
  const ids = new Set<string>();
  let after: unknown = null;
  do {
    const page: JobPage = await callOps<JobPage>(supabase, "find_jobs", {
      p_filter: filter,
      p_limit: PAGE,
      p_after: after,
    });
    page.jobs.forEach(({ id }) => ids.add(id));
    after = page.next;
  } while (after !== null && ids.size < MOST_GATHERED);
  return { ids: [...ids].slice(0, MOST_GATHERED), areAll: after === null && ids.size <= MOST_GATHERED };
}
