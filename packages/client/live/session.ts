/** Who is signed in, and a token of theirs that is valid now. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { claimsOf } from "./jwt.ts";
import type { Surroundings } from "./surroundings.ts";
import { NoAnswer, tokensOf } from "./token_source.ts";

export interface Session {
  /** The signed-in user, or null; undefined while that is not known. */
  userId(): string | null | undefined;
  /** Whether users who come and go are told of; if not, they are seen when somebody asks for a token. */
  readonly tells: boolean;
  onUser(tell: (userId: string | null) => void): () => void;
  /** Tells of each newer token of the same user. */
  onToken(tell: (token: string) => void): () => void;
  /** A token that is valid now, if possible for another minute; null: nobody is signed in. Rejects with NoAnswer. */
  token(): Promise<string | null>;
  /** The server did not take this token, whatever its `exp` says: another is asked for. */
  distrust(token: string): void;
  close(): void;
}

/**
 * How long an answer is waited for, milliseconds. supabase.auth goes on trying for 30 s, with pauses of up to 12.8 s; when it
 * succeeds after all, `onToken` tells.
 */
const PATIENCE = 5_000;

export function watchSession(supabase: SupabaseClient, surroundings: Surroundings): Session {
  const source = tokensOf(supabase, surroundings);
  const users = new Set<(userId: string | null) => void>();
  const tokens = new Set<(token: string) => void>();
  let user: string | null | undefined;
  let last: string | null = null;
  let asking: Promise<string | null> | undefined;
  let told = 0;
  let isClosed = false;

  function learn(token: string | null): void {
    if (isClosed) return;
    const isNewer = token !== null && token !== last;
    const isSameUser = user === (user = userOf(token));
    last = token;
    if (!isSameUser) { for (const tell of [...users]) tell(user); }
    else if (isNewer) { for (const tell of [...tokens]) tell(token); }
  }

  async function ask(): Promise<string | null> {
    const before = told;
    const token = await source.current();
    // Somebody came or went meanwhile: this answer is older. A newer token of the same user is no reason to ask again: where
    // the clock is fast, each answer brings one.
    if (told !== before && userOf(token) !== user) return ask();
    learn(token);
    return user === null ? null : token;
  }

  /** One question for all who ask meanwhile. What hangs is given up, so that the next to ask asks anew. */
  function token(): Promise<string | null> {
    if (asking) return asking;
    const mine = within(ask(), PATIENCE, surroundings).finally(() => {
      if (asking === mine) asking = undefined;
    });
    return asking = mine;
  }

  const unwatch = source.watch((token) => {
    told++;
    learn(token);
  }, () => void token().catch(() => {}));

  return {
    tells: source.tells,
    userId: () => user,
    onUser: (tell) => listen(users, tell),
    onToken: (tell) => listen(tokens, tell),
    token,
    distrust: (token) => source.distrust(token),
    close() {
      isClosed = true;
      unwatch();
      users.clear();
      tokens.clear();
    },
  };
}

const userOf = (token: string | null): string | null => token === null ? null : claimsOf(token).sub ?? null;

function listen<T>(all: Set<T>, tell: T): () => void {
  all.add(tell);
  return () => void all.delete(tell);
}

function within<T>(answer: Promise<T>, ms: number, surroundings: Surroundings): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = surroundings.setTimeout(() => reject(new NoAnswer("no answer about the session")), ms);
    answer.then(resolve, reject).finally(() => surroundings.clearTimeout(timer));
  });
}
