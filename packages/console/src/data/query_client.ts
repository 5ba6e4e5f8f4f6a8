/** How answers are kept: read anew by time and by what is told, and shown while that is under way. */
import { keepPreviousData, QueryClient } from "@tanstack/react-query";
import { OpsError } from "./ops_error.ts";
import { areUpdatesPaused } from "./updates.ts";

const TRIES = 2;

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 1_000,
        gcTime: 5 * 60_000,
        placeholderData: keepPreviousData,
        refetchOnWindowFocus: () => !areUpdatesPaused(),
        refetchOnReconnect: () => !areUpdatesPaused(),
        // What was refused is refused again; what did not get through may.
        retry: (count, error) =>
          count < TRIES && !(error instanceof OpsError && error.status >= 400 && error.status < 500),
      },
    },
  });
}
