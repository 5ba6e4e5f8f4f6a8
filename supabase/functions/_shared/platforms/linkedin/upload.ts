/**
 * A file on its way to LinkedIn: begun, sent in parts, put together, processed. Each call of these does one of these, so
 * that a worker that dies costs one part at the most.
 */
import { PlatformError, type PublicationWork } from "../platform.ts";
import { anew, isFailed, type MediaFact, MOST_UPLOADS, partsFactOf } from "./media_facts.ts";
import { failed, look } from "./media_look.ts";
import { type Act, finalize, initialize, sendPart, type Upload } from "./upload_acts.ts";

/** Does the next thing that brings a file to LinkedIn; null: it is there. Throws PlatformError. */
export async function sendNext(upload: Upload, fact: MediaFact | null): Promise<Act | null> {
  const now = Date.now();
  if (fact === null || fact.urn === null) return await initialize(upload, fact, now);
  if (fact.state !== "sending" && fact.state !== "sent") return null;
  const parts = partsFactOf(upload.work.facts, upload.index, fact);
  // Addresses that have ended are no failure of the file's.
  if (!parts || (fact.state === "sending" && Date.parse(fact.good_until) <= now)) {
    return await initialize(upload, { ...anew(fact), upload: fact.upload }, now);
  }
  if (fact.state === "sending") return await sendPart(upload, fact, parts);
  return await anewIfGone(fact, () => finalize(upload, fact, parts));
}

/** Waits for a file that is there; null: it can be posted. Throws PlatformError. */
export async function waitNext(upload: Upload, fact: MediaFact): Promise<Act | null> {
  if (fact.state === "processing") return await anewIfGone(fact, () => look(upload, fact));
  if (isFailed(upload.work.facts, fact)) return failed(upload, fact, null);
  if (!isDoubtful(upload.work, fact)) return null;
  return await anewIfGone(fact, () => look(upload, fact));
}

/** Does an act; where LinkedIn has no such file it is begun anew, once. */
async function anewIfGone(fact: MediaFact, act: () => Promise<Act>): Promise<Act> {
  try {
    return await act();
  } catch (error) {
    const isGone = error instanceof PlatformError && fact.upload < MOST_UPLOADS &&
      ["resource_not_found", "invalid_request"].includes(error.failure.code);
    if (!isGone) throw error;
    return { name: "media_lost", fact: anew(fact), details: { reason: error.failure.message.slice(0, 500) } };
  }
}

/** A commit was sent since the file was last looked at, and is known to have failed: the file may be why. */
function isDoubtful({ committedAt }: PublicationWork, { seen_after }: MediaFact): boolean {
  return committedAt !== null && seen_after !== committedAt;
}
