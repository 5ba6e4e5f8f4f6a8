/**
 * Calls to the functions. They go through `supabase.functions.invoke`: it knows the project's address and key, the app's own
 * `fetch`, headers and tracing, and it is public; the address and key of a SupabaseClient are not. What it lacks is here:
 * time-outs, retries, ETags, one shape of error, and a token that is valid now.
 */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import { backOff, REQUEST } from "../live/back_off.ts";
import type { Answer, Call } from "./call.ts";
import { createETags } from "./etags.ts";
import { createTries } from "./one_try.ts";
import { type Failure, toError } from "./outcome.ts";
import { anySignal, pause } from "./pause.ts";
import { createServerClock, type ServerClock } from "./server_clock.ts";

export interface Http {
  /**
   * Calls a function. @throws EsteiraError for whatever is no success: the server's code, or `network`, `timed_out`,
   * `malformed_answer`, `user_changed`, `closed`; `signal.reason` when that aborts
   */
  call(call: Call): Promise<Answer>;
  readonly clock: ServerClock;
  close(): void;
}

/** How often an answer that may be another one next time is asked for. */
const TRIES = 4;
const PATIENT_TRIES = 8;
/** A server that wants to be left alone for longer is not waited for: the caller is told. */
const LONGEST_WAIT_MS = 10_000;

export function createHttp({ supabase, link, surroundings }: {
  supabase: SupabaseClient;
  link: Link;
  surroundings: Surroundings;
}): Http {
  const clock = createServerClock(() => surroundings.now());
  const etags = createETags();
  const once = createTries({ supabase, link, surroundings, clock, etags });
  const life = new AbortController();
  /** Aborts what one user has asked for before another one may see it. */
  let session = new AbortController();
  let user = link.userId();
  const unwatch = link.onUser((next) => {
    if (next === user) return;
    const isFirst = user === undefined;
    user = next;
    if (isFirst) return;
    etags.clear();
    session.abort(toError("user_changed", "Somebody else has signed in, or nobody is."));
    session = new AbortController();
  });

  async function call(call: Call): Promise<Answer> {
    const signals = [session.signal, life.signal];
    const isRepeatable = call.isRepeatable ?? (call.method ?? "GET") === "GET";
    for (let tries = 1;; tries++) {
      for (const signal of [call.signal, ...signals]) signal?.throwIfAborted();
      const result = await once(call, signals);
      if (!("trouble" in result)) return result;
      const wait = isRepeatable ? waitBefore(result, tries, call, surroundings) : null;
      if (wait === null) throw result.error;
      const { signal, release } = anySignal([call.signal, ...signals]);
      await pause(surroundings, wait, signal, (wake) => onWake(surroundings, wake)).finally(release);
    }
  }

  return {
    call,
    clock,
    close() {
      unwatch();
      life.abort(toError("closed", "The client has been closed."));
    },
  };
}

/** How long to wait before the next try, in ms; null: there is none. */
function waitBefore(failure: Failure, tries: number, call: Call, { random }: Surroundings): number | null {
  const { trouble, retryAfterMs } = failure;
  if (trouble === "final" || (retryAfterMs ?? 0) > LONGEST_WAIT_MS) return null;
  const most = call.tries ?? (call.isPatient ? PATIENT_TRIES : TRIES);
  if (tries >= most && !(call.isPatient && trouble === "unreached")) return null;
  return Math.max(retryAfterMs ?? 0, backOff(tries, random(), REQUEST));
}

/** The network is back, or somebody looks again: no reason to sit out a pause. */
function onWake(surroundings: Surroundings, wake: () => void): () => void {
  return surroundings.watch((what) => {
    if (what === "online" || what === "visible" || what === "restored") wake();
  });
}
