/** Preparing a post: its files, one bounded act after the other. A text needs nothing. */
import { invalidInput } from "../kit/misconfigured.ts";
import { missingScope } from "../kit/words.ts";
import { PlatformError, type Prepared, type PublicationWork } from "../platform.ts";
import { factName, mediaFactOf, partsName } from "./media_facts.ts";
import { kindOf } from "./media_kinds.ts";
import { settingsOf } from "./post.ts";
import { READY_AT } from "./reconcile.ts";
import { ORGANIZATION_WRITE } from "./scopes.ts";
import { sendNext, waitNext } from "./upload.ts";
import type { Act, Upload } from "./upload_acts.ts";
import { isOrganization } from "./urns.ts";

/** Does the next thing that has to be done before the post can be sent. Throws PlatformError. */
export async function preparePublication(work: PublicationWork, signal: AbortSignal): Promise<Prepared> {
  settingsOf(work);
  mayPost(work);
  const uploads = work.media.map((media, index): Upload => {
    const kind = kindOf(media.contentType);
    if (!kind) {
      throw invalidInput(`LinkedIn does not take ${media.name} (${media.contentType})`, "media_refused");
    }
    return { work, media, kind, index, signal };
  });
  const facts = work.media.map(({ bytes }, index) => mediaFactOf(work.facts, index, bytes));
  // All are sent before one is waited for: they are processed meanwhile.
  for (const [index, upload] of uploads.entries()) {
    const act = await sendNext(upload, facts[index] ?? null);
    if (act) return more(act, index);
  }
  for (const [index, upload] of uploads.entries()) {
    const fact = facts[index];
    const act = fact ? await waitNext(upload, fact) : null;
    if (act) return more(act, index);
  }
  if (typeof work.facts[READY_AT] === "string") return { state: "ready" };
  // Before the first commit: whatever is made after it may be ours.
  return { state: "ready", facts: { [READY_AT]: new Date().toISOString() } };
}

function more({ name, fact, parts, seconds, details }: Act, index: number): Prepared {
  const isOver = fact.state === "ready";
  return {
    state: "more",
    name,
    facts: { [factName(index)]: fact, ...parts ? { [partsName(index)]: parts } : {} },
    ...isOver ? { forget: [partsName(index)] } : {},
    ...seconds === undefined ? {} : { seconds },
    ...details ? { details } : {},
  };
}

/** An organization is posted for by another right than a person: whoever lacks it is told before a byte is sent. */
function mayPost({ connection: { externalId, scopes } }: PublicationWork): void {
  const needed = isOrganization(externalId) ? ORGANIZATION_WRITE : "w_member_social";
  if (scopes.length > 0 && !scopes.includes(needed)) throw new PlatformError(missingScope(needed));
}
