/** Moments as the reader's language and zone write them; on a server, and until a browser has hydrated, in UTC. */
import { useMemo } from "react";
import { clockIn, momentIn } from "../texts/numbers.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { useHydrated } from "./use_hydrated.ts";

export interface Moments {
  /** Date and time of an ISO 8601 moment; what is none is returned as it is. */
  moment: (iso: string) => string;
  /** The time of day alone, to the second. */
  clock: (iso: string) => string;
}

export function useMoments(): Moments {
  const { language } = useSurroundings();
  const zone = useHydrated() ? undefined : "UTC";
  return useMemo(() => ({
    moment: (iso) => momentIn(language, iso, zone) ?? iso,
    clock: (iso) => clockIn(language, iso, zone) ?? iso,
  }), [language, zone]);
}
