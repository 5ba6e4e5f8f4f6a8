/** Preparing a post: its files, one bounded act after the other. A text needs nothing. */
import { missingScope } from "../kit/words.ts";
import { PlatformError, type Prepared, type PublicationWork } from "../platform.ts";
import { factName, factsUntil, mediaFactOf } from "./media_facts.ts";
import { settingsOf } from "./post.ts";
import { READY_AT } from "./reconcile.ts";
import { nextAct } from "./upload.ts";

/** Does the next thing that has to be done before the post can be sent. Throws PlatformError. */
export async function preparePublication(work: PublicationWork, signal: AbortSignal): Promise<Prepared> {
  settingsOf(work);
  const { scopes } = work.connection;
  const lacks = work.media.length > 0 && scopes.length > 0 && !scopes.includes("media.write");
  if (lacks) throw new PlatformError(missingScope("media.write"));
  const facts = work.media.map(({ bytes }, index) => mediaFactOf(work.facts, index, bytes));
  for (const [index, media] of work.media.entries()) {
    const act = await nextAct({ work, media, index, signal }, facts[index] ?? null);
    if (act === null) continue;
    const { name, fact, seconds, details } = act;
    return {
      state: "more",
      name,
      facts: { [factName(index)]: fact },
      until: factsUntil(facts.with(index, fact)),
      ...seconds === undefined ? {} : { seconds },
      ...details ? { details } : {},
    };
  }
  if (typeof work.facts[READY_AT] === "string") return { state: "ready" };
  // Before the first commit: whatever is made after it may be ours.
  return { state: "ready", facts: { [READY_AT]: new Date().toISOString() }, until: factsUntil(facts) };
}
