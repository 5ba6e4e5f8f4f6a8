/**
 * A file on its way to X: begun, sent in pieces, finished, processed, described. Each call of `nextAct` does one of these,
 * so that a worker that dies costs one piece at the most.
 */
import { PlatformError, type PublicationWork } from "../platform.ts";
import { anew, isStillThere, type MediaFact, MOST_UPLOADS } from "./media_facts.ts";
import { type Act, append, describe, finalize, initialize, status, type Upload } from "./upload_acts.ts";

/** Does the next thing for a file; null: there is nothing left to be done. Throws PlatformError. */
export async function nextAct(upload: Upload, fact: MediaFact | null): Promise<Act | null> {
  const now = Date.now();
  if (fact === null || fact.id === null || !isStillThere(fact, now)) {
    return await initialize(upload, fact === null || fact.id === null ? fact : anew(fact), now);
  }
  if (fact.sent < fact.bytes) return await anewIfLost(fact, () => append(upload, fact));
  if (fact.state === "sending") return await anewIfLost(fact, () => finalize(upload, fact));
  if (fact.state === "processing") {
    return await anewIfLost(fact, () => status(upload, fact, "media_processing"));
  }
  if (isDoubtful(upload.work, fact)) return await anewIfLost(fact, () => status(upload, fact, "media_seen"));
  return fact.alt === "due" ? await describe(upload, fact) : null;
}

/** Does an act; where X has no such upload the file is begun anew, once. */
async function anewIfLost(fact: MediaFact, act: () => Promise<Act>): Promise<Act> {
  try {
    return await act();
  } catch (error) {
    const isLost = error instanceof PlatformError &&
      (error.failure.code === "resource_not_found" || error.failure.code === "media_refused") &&
      error.failure.raw !== undefined && fact.upload < MOST_UPLOADS;
    if (!isLost) throw error;
    return { name: "media_lost", fact: anew(fact), details: { reason: error.failure.message.slice(0, 500) } };
  }
}

/** A commit was sent since X said that the file is ready, and is known to have failed: the file may be why. */
function isDoubtful({ committedAt }: PublicationWork, { seen_after, upload }: MediaFact): boolean {
  return committedAt !== null && upload < MOST_UPLOADS && seen_after !== committedAt;
}
