/**
 * Calls to the functions. They go through `supabase.functions.invoke`: it knows the project's address and key, the app's own
 * `fetch`, headers and tracing, and it is public; the address and key of a SupabaseClient are not. What it lacks is here:
 * time-outs, retries, ETags, one shape of error, and a token that is valid now.
 */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { EsteiraError } from "../../../shared/errors/errors.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import { fullJitter } from "./backoff.ts";
import { createETags } from "./etags.ts";
import { type Failure, failureOf, type Invoked, notJson, responseOf, toError } from "./outcome.ts";
import { anySignal, pause, unlessAborted } from "./pause.ts";
import { createServerClock, type ServerClock } from "./server_clock.ts";

export interface Call {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Below `functions/v1/`, with its query. */
  readonly path: string;
  readonly body?: Record<string, unknown>;
  readonly signal?: AbortSignal;
  /** Whether the same again does no harm. Left out: only for GET. */
  readonly isRepeatable?: boolean;
  /** Goes on for as long as the network is down, instead of a few times. */
  readonly isPatient?: boolean;
  /** Asks with the ETag of the last answer. */
  readonly isPolled?: boolean;
  /** For one try. */
  readonly timeoutMs?: number;
  /** At most; left out: 4, or 8 for a patient call, which does not count those that reached nobody. */
  readonly tries?: number;
}

export interface Answer {
  readonly body: unknown;
  /** Whether it is the same as the last one, told by 304. */
  readonly isSame: boolean;
  /** When the last try was begun, by the server's clock as far as that is known: what is younger cannot be in it. */
  readonly askedAt: number;
}

export interface Http {
  /**
   * Calls a function. @throws EsteiraError for whatever is no success: the server's code, or `network`, `timed_out`,
   * `malformed_answer`, `user_changed`, `closed`; `signal.reason` when that aborts
   */
  call(call: Call): Promise<Answer>;
  readonly clock: ServerClock;
  close(): void;
}

const TIMEOUT_MS = 15_000;
/** How often an answer that may be another one next time is asked for again. */
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

  async function once(call: Call, signal: AbortSignal, token: string): Promise<Answer | Failure> {
    const { method = "GET", path, body, isPolled = false } = call;
    const tagged = isPolled ? etags.get(path) : undefined;
    const headers = { Authorization: `Bearer ${token}`, ...tagged && { "If-None-Match": tagged.etag } };
    const sentAt = surroundings.now();
    const invoked: Invoked = await supabase.functions.invoke(path, {
      method,
      headers,
      signal,
      ...body && { body },
    });
    signal.throwIfAborted();
    const response = responseOf(invoked);
    clock.tell(response?.headers.get("esteira-time") ?? null, sentAt, surroundings.now());
    const askedAt = clock.guess() - (surroundings.now() - sentAt);
    if (response?.status === 304 && tagged) return { body: tagged.body, isSame: true, askedAt };
    if (invoked.error !== null) return await failureOf(invoked, clock.guess());
    if (typeof invoked.data !== "object" || invoked.data === null) return notJson();
    const etag = isPolled && response?.headers.get("etag");
    if (etag) etags.set(path, { etag, body: invoked.data });
    return { body: invoked.data, isSame: false, askedAt };
  }

  /** One try, with a token that is valid now; with a second one, once, where the first is refused. */
  async function attempt(call: Call, session: AbortSignal, fresh: boolean): Promise<Answer | Failure> {
    const { signal, abort, release } = anySignal([call.signal, session, life.signal]);
    const timedOut = toError("timed_out", `No answer within ${call.timeoutMs ?? TIMEOUT_MS} ms.`);
    const timer = surroundings.setTimeout(() => abort(timedOut), call.timeoutMs ?? TIMEOUT_MS);
    try {
      const token = await unlessAborted(link.token(), signal);
      if (token === null) return final(toError("unauthenticated", "Sign in first.", {}, 401));
      const result = await unlessAborted(once(call, signal, token), signal);
      if (!("trouble" in result) || result.error.status !== 401 || fresh) return result;
      if (await unlessAborted(link.token(), signal) === token) await unlessAborted(refresh(supabase), signal);
    } catch (error) {
      if (error === timedOut) return { trouble: "unreached", error: timedOut, retryAfterMs: null };
      throw error;
    } finally {
      surroundings.clearTimeout(timer);
      release();
    }
    return await attempt(call, session, true);
  }

  async function call(call: Call): Promise<Answer> {
    const { signal: ofSession } = session;
    const isRepeatable = call.isRepeatable ?? (call.method ?? "GET") === "GET";
    for (let tries = 1;; tries++) {
      life.signal.throwIfAborted();
      ofSession.throwIfAborted();
      call.signal?.throwIfAborted();
      const result = await attempt(call, ofSession, false);
      if (!("trouble" in result)) return result;
      const wait = isRepeatable ? waitBefore(result, tries, call, surroundings) : null;
      if (wait === null) throw result.error;
      const { signal, release } = anySignal([call.signal, ofSession, life.signal]);
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

const final = (error: EsteiraError): Failure => ({ trouble: "final", error, retryAfterMs: null });

/** How long to wait before the next try, in ms; null: there is none. */
function waitBefore(failure: Failure, tries: number, call: Call, { random }: Surroundings): number | null {
  const { trouble, retryAfterMs } = failure;
  if (trouble === "final" || (retryAfterMs ?? 0) > LONGEST_WAIT_MS) return null;
  const most = call.tries ?? (call.isPatient ? PATIENT_TRIES : TRIES);
  if (tries >= most && !(call.isPatient && trouble === "unreached")) return null;
  return Math.max(retryAfterMs ?? 0, fullJitter(tries, random()));
}

/** The network is back, or somebody looks again: no reason to sit out a pause. */
function onWake(surroundings: Surroundings, wake: () => void): () => void {
  return surroundings.watch((what) => {
    if (what === "online" || what === "visible" || what === "restored") wake();
  });
}

/** A new token although the old one seemed good: the server has refused it. An app with tokens of its own has to see to it. */
async function refresh(supabase: SupabaseClient): Promise<void> {
  try {
    await supabase.auth.refreshSession();
  } catch {
    // `accessToken` of the app's own: `auth` is not to be used then.
  }
}
