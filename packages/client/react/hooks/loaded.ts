/** `Loaded` data, flat, as hooks hand it out. */
import type { Loaded } from "../../api/job.ts";
import { constantStore } from "./use_store.ts";

export interface LiveOptions {
  /** False: nothing is read or held, and what is returned is as if it were loading. May flip at any time. Default true. */
  enabled?: boolean;
}

export const LOADING: Loaded<never> = { state: "loading", data: null, error: null };

/** Stands in for a store while a hook is not enabled or has no id. */
export const IDLE = constantStore<Loaded<never>>(LOADING);

/** What every hook over live data tells besides the data. */
export interface LiveState {
  /** Whether it has not been read yet. False while the hook is not enabled. */
  isLoading: boolean;
  /** Why it could not be read. The network is no error: `useConnection` tells of that. */
  error: Error | null;
}

export function liveState({ state, error }: Loaded<unknown>, isOn: boolean): LiveState {
  return { isLoading: isOn && state === "loading", error };
}
