/** Where tokens come from: the session of supabase.auth, or the `accessToken` that the app gave its client. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { claimsOf } from "./jwt.ts";
import type { Surroundings } from "./surroundings.ts";

/** There is no valid token just now, and nobody can say whether there will be: the network, or the project, is away. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

export interface TokenSource {
  /** Whether it tells of users who come and go. The other kind has to be asked. */
  readonly tells: boolean;
  /** A token that is valid for another minute, or the best there is; null: nobody is signed in. Rejects with NoAnswer. */
  current(): Promise<string | null>;
  /** Tells of tokens as they come, null when a user leaves; `doubt`: something has changed, ask. Returns what ends it. */
  watch(tell: (token: string | null) => void, doubt: () => void): () => void;
  /** The server did not take this token: another is asked for, however long this one says it lasts. */
  distrust(token: string): void;
}

/** A token that lasts for less is renewed before it is used, milliseconds. */
const MARGIN = 60_000;

/** The source of this client. Reading `supabase.auth` of a client with `accessToken` throws. */
export function tokensOf(supabase: SupabaseClient, { now }: Pick<Surroundings, "now">): TokenSource {
  const { accessToken } = supabase as unknown as { accessToken?: () => Promise<string | null> };
  return accessToken ? givenTokens(() => accessToken.call(supabase), now) : sessionTokens(supabase.auth, now);
}

function givenTokens(accessToken: () => Promise<string | null>, now: () => number): TokenSource {
  let distrusted: string | undefined;
  const isStale = (token: string) => token === distrusted || lasts(token, now) <= 0;
  async function ask(): Promise<string | null> {
    try {
      return await accessToken() ?? null;
    } catch (error) {
      throw new NoAnswer("accessToken failed", { cause: error });
    }
  }
  return {
    tells: false,
    async current() {
      const token = await ask();
      return token !== null && isStale(token) ? await ask() : token;
    },
    watch: () => () => {},
    distrust(token) {
      distrusted = token;
    },
  };
}

type Auth = SupabaseClient["auth"];
type Answer = { data: { session: { access_token: string } | null }; error: unknown };

function sessionTokens(auth: Auth, now: () => number): TokenSource {
  let distrusted: string | undefined;

  /** Runs a call of supabase.auth. A client with `throwOnError` throws what others answer with. */
  async function ask(call: () => Promise<Answer>): Promise<{ token: string | null; error: unknown }> {
    try {
      const { data, error } = await call();
      return { token: data.session?.access_token ?? null, error };
    } catch (error) {
      return { token: null, error };
    }
  }

  return {
    tells: true,
    async current() {
      forgetFailure(auth);
      const held = await ask(() => auth.getSession());
      if (held.token === null) {
        if (isAway(held.error)) throw new NoAnswer("the session cannot be renewed", { cause: held.error });
        return null;
      }
      const left = lasts(held.token, now);
      // supabase.auth has just renewed what our clock takes for expired: it is the clock that is wrong.
      if (held.token !== distrusted && (left > MARGIN || left <= 0)) return held.token;
      const renewed = await ask(() => auth.refreshSession());
      if (renewed.token !== null) return renewed.token;
      if (left > 0) return held.token;
      if (isAway(renewed.error)) {
        throw new NoAnswer("the session cannot be renewed", { cause: renewed.error });
      }
      return null;
    },
    watch(tell, doubt) {
      const { data } = auth.onAuthStateChange((event, session) => {
        // The first session is null too when it could not be renewed just now.
        if (session === null && event !== "SIGNED_OUT") doubt();
        else tell(session?.access_token ?? null);
      });
      return () => data.subscription.unsubscribe();
    },
    distrust(token) {
      distrusted = token;
    },
  };
}

/** How long a token lasts, milliseconds; for ever where it does not say. */
function lasts(token: string, now: () => number): number {
  return (claimsOf(token).expiresAt ?? Infinity) - now();
}

/** Whether an error means that nobody answered, rather than that the answer was no. */
function isAway(error: unknown): boolean {
  if (error === null || error === undefined) return false;
  const { name, __isAuthError } = error as { name?: string; __isAuthError?: boolean };
  return name === "AuthRetryableFetchError" || name === "AuthRefreshDiscardedError" || __isAuthError !== true;
}

/**
 * supabase.auth answers for a minute with the last failure to renew a session, from memory. If that was the network's, and it
 * is back, the minute would be lost. Its field is no public one: where it is gone, nothing changes.
 */
function forgetFailure(auth: Auth): void {
  const memory = auth as unknown as { lastRefreshFailure?: { result?: { error?: unknown } } | null };
  if (memory.lastRefreshFailure && isAway(memory.lastRefreshFailure.result?.error)) {
    memory.lastRefreshFailure = null;
  }
}
