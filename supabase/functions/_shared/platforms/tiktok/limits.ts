/** TikTok's limits: requests of an account in a minute, and what it may still post (docs/platforms/tiktok.md#limits). */
import type { PostingLimit } from "../../../../../shared/rows/connection.ts";
import { waitTold } from "../kit/told_wait.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import type { PlatformFailure } from "../platform.ts";

/** What was asked. `commit` and `init` begin a post. */
export type Asked = "commit" | "init" | "creator" | "status" | "user";

const MINUTE_MS = 60_000;

/** Requests of one access token in a minute that moves along. TikTok names no time in its refusals. */
export const RATES: Readonly<Record<Asked, { limit: number; windowMs: number }>> = {
  commit: { limit: 6, windowMs: MINUTE_MS },
  init: { limit: 6, windowMs: MINUTE_MS },
  creator: { limit: 20, windowMs: MINUTE_MS },
  status: { limit: 30, windowMs: MINUTE_MS },
  user: { limit: 600, windowMs: MINUTE_MS },
};

/** Posts of an account within a day, through all apps together; TikTok says "typically". */
const POSTS_A_DAY = 15;

/** What too many requests hold up, and for how long: who has asked too often what became of posts may still post. */
export function limitOf(
  { headers }: PlatformAnswer,
  message: string,
  asked: Asked,
): Pick<PlatformFailure, "scope" | "retryAfterMs"> {
  const told = waitTold({ headers, message }, "wait");
  const startsPosts = asked === "commit" || asked === "init";
  return {
    scope: startsPosts ? "connection" : "publication",
    retryAfterMs: told.retryAfterMs ?? RATES[asked].windowMs,
  };
}

/** What may still be posted by an account of which TikTok says that it has posted enough. */
export function usedUp(): PostingLimit {
  return {
    used: POSTS_A_DAY,
    total: POSTS_A_DAY,
    windowSeconds: 86_400,
    resetsAt: null,
    source: "platform",
  };
}
