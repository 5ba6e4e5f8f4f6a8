/** Reading at the operators' door: answers that follow what happens, unless updates are paused. */
import {
  type InfiniteData,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useQuery,
  type UseQueryResult,
} from "@tanstack/react-query";
import { useOperator } from "../session/operator.ts";
import { type Args, callOps } from "./call_ops.ts";
import type { OpsError } from "./ops_error.ts";
import { useUpdates } from "./updates.ts";

/** What tells that an answer is old: jobs that moved (`lane:…`), what operators and alerts do (`ops`), or time alone. */
export type HintKind = "jobs" | "ops" | "none";

export interface OpsOptions {
  /** Read anew after so many milliseconds; false: only when told. Default 10,000. */
  readonly every?: number | false;
  readonly hints?: HintKind;
  /** Default true. */
  readonly enabled?: boolean;
}

/** The answer of `ops_api.<name>`. */
export function useOps<T>(
  name: string,
  args: Args = {},
  options: OpsOptions = {},
): UseQueryResult<T, OpsError> {
  const { supabase } = useOperator();
  return useQuery<T, OpsError>({
    queryKey: ["ops", name, args],
    queryFn: ({ signal }) => callOps<T>(supabase, name, args, signal),
    ...useTiming(options),
  });
}

/** The rows of `ops_api.report(name, args)`. */
export function useReport<Row>(
  name: string,
  args: Args = {},
  options: OpsOptions = {},
): UseQueryResult<Row[], OpsError> {
  return useOps<Row[]>("report", { p_name: name, p_args: args }, options);
}

/** So many pages are read anew together; with more, what was loaded stands until it is asked for again. */
const MOST_PAGES_ANEW = 3;

export interface Paging<Page> {
  /** What is asked for besides `args` to get what comes after a page; null: that was the last. */
  next(page: Page): Args | null;
}

/** The answer of `ops_api.<name>`, page by page, by a cursor. */
export function useOpsPages<Page>(
  name: string,
  args: Args,
  { next }: Paging<Page>,
  options: OpsOptions = {},
): UseInfiniteQueryResult<InfiniteData<Page, Args>, OpsError> {
  const { supabase } = useOperator();
  const { refetchInterval: every, ...timing } = useTiming(options);
  return useInfiniteQuery<Page, OpsError, InfiniteData<Page, Args>, readonly unknown[], Args>({
    queryKey: ["ops", name, "pages", args],
    queryFn: ({ signal, pageParam }) => callOps<Page>(supabase, name, { ...args, ...pageParam }, signal),
    initialPageParam: {},
    getNextPageParam: next,
    refetchInterval: ({ state }) => (state.data?.pages.length ?? 0) > MOST_PAGES_ANEW ? false : every,
    ...timing,
  });
}

function useTiming({ every = 10_000, hints = "none", enabled = true }: OpsOptions) {
  const { isPaused } = useUpdates();
  return { enabled, refetchInterval: isPaused ? false as const : every, meta: { hints } };
}
