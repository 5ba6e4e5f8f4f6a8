/** One try of a call: a token that is valid now, an ETag, a time-out; and what came of it. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import type { Answer, Call } from "./call.ts";
import type { ETags } from "./etags.ts";
import { type Failure, failureOf, type Invoked, notJson, responseOf, toError } from "./outcome.ts";
import { anySignal, unlessAborted } from "./pause.ts";
import type { ServerClock } from "./server_clock.ts";

const TIMEOUT_MS = 15_000;

export interface TryDeps {
  supabase: SupabaseClient;
  link: Link;
  surroundings: Surroundings;
  clock: ServerClock;
  etags: ETags;
}

/** Makes a try. It takes the signals that end it; it throws their reasons, and nothing else. */
export function createTries({ supabase, link, surroundings, clock, etags }: TryDeps) {
  async function ask(call: Call, signal: AbortSignal, token: string): Promise<Answer | Failure> {
    const { method = "GET", path, body, isPolled = false } = call;
    const tagged = isPolled ? etags.get(path) : undefined;
    const headers = { Authorization: `Bearer ${token}`, ...tagged && { "If-None-Match": tagged.etag } };
    const sentAt = surroundings.now();
    const options = { method, headers, signal, ...body && { body } };
    const invoked: Invoked = await supabase.functions.invoke(path, options);
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

  /** With a token; with a second one, once, where the server refuses the first. */
  async function askWithToken(call: Call, signal: AbortSignal): Promise<Answer | Failure> {
    const token = await link.token();
    if (token === null) {
      return {
        trouble: "final",
        error: toError("unauthenticated", "Sign in first.", {}, 401),
        retryAfterMs: null,
      };
    }
    const result = await ask(call, signal, token);
    if (!("trouble" in result) || result.error.status !== 401) return result;
    const next = await link.token();
    if (next === token) await refresh(supabase);
    const fresh = next === token ? await link.token() : next;
    return fresh === null ? result : await ask(call, signal, fresh);
  }

  return async function once(call: Call, signals: readonly AbortSignal[]): Promise<Answer | Failure> {
    const { signal, abort, release } = anySignal([call.signal, ...signals]);
    const ms = call.timeoutMs ?? TIMEOUT_MS;
    const timedOut = toError("timed_out", `No answer within ${ms} ms.`);
    const timer = surroundings.setTimeout(() => abort(timedOut), ms);
    try {
      return await unlessAborted(askWithToken(call, signal), signal);
    } catch (error) {
      if (signal.aborted && error !== timedOut) throw error;
      // No token either: who would renew it cannot be reached.
      const lost = error === timedOut
        ? timedOut
        : toError("network", String((error as Error)?.message ?? error));
      return { trouble: "unreached", error: lost, retryAfterMs: null };
    } finally {
      surroundings.clearTimeout(timer);
      release();
    }
  };
}

/** A new token although the old one seemed good. An app with tokens of its own (`accessToken`) has to see to it. */
async function refresh(supabase: SupabaseClient): Promise<void> {
  try {
    await supabase.auth.refreshSession();
  } catch {
    // `auth` is not to be used then.
  }
}
