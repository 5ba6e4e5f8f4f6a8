/** Answers that a client has already: 304 without a body, and without the work that the body would have been. */
import { createHash } from "node:crypto";
import type { Context } from "hono";
import { VERSION } from "../../../../shared/version.ts";
import { type UserEnv, userOf } from "./user.ts";

/**
 * Answers 304 when the caller has what `make` would make, else with that, as JSON. `state` is all that may change in it,
 * such as ids and versions. `mayKeep`: whether what was made may be held on to; left out, it may.
 */
export async function unlessKnown<T extends object>(
  context: Context<UserEnv>,
  state: unknown,
  make: () => T | Promise<T>,
  mayKeep: (made: T) => boolean = () => true,
): Promise<Response> {
  const tag = tagOf(context, state);
  context.header("Cache-Control", "private, no-cache");
  if (isKnown(context.req.header("if-none-match"), tag)) {
    context.header("ETag", tag);
    return context.body(null, 304);
  }
  const made = await make();
  if (mayKeep(made)) context.header("ETag", tag);
  return context.json(made);
}

/** Weak: what is the same for a reader may have other signed addresses in it. Other users and releases have others. */
function tagOf(context: Context<UserEnv>, state: unknown): string {
  const { pathname, search } = new URL(context.req.url);
  const text = JSON.stringify([VERSION, userOf(context).userId, pathname, search, state]);
  return `W/"${createHash("sha256").update(text).digest("hex").slice(0, 32)}"`;
}

/** Whether an `If-None-Match` names the tag, weakly compared (RFC 9110, §13.1.2). */
export function isKnown(given: string | undefined, tag: string): boolean {
  if (given === undefined) return false;
  const bare = (one: string) => one.trim().replace(/^W\//, "");
  return given.trim() === "*" || given.split(",").some((one) => bare(one) === bare(tag));
}
