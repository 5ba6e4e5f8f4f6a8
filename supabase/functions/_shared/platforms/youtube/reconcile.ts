/** What became of a last piece whose answer was lost: its session knows; and when that is gone, the channel's uploads. */
import type { PublicationWork, Reconciled } from "../platform.ts";
import { failureOf } from "./failures.ts";
import { openSessionOf } from "./session.ts";
import { heardOf, probe } from "./session_calls.ts";
import { findUpload } from "./uploads.ts";
import { optionOf } from "./video.ts";
import { permalinkOf } from "./address.ts";

/** Asks. Throws PlatformError when YouTube does not tell. */
export async function reconcileVideo(work: PublicationWork): Promise<Reconciled> {
  const session = openSessionOf(work);
  if (session === null) return await amongUploads(work, "Nothing is known of the upload session");
  const answer = await probe(work, session);
  const { raw } = answer;
  const heard = heardOf(answer, session.bytes);
  switch (heard.is) {
    case "open":
      // The last byte has not come: there is no video.
      return { state: "not_there", raw };
    case "complete":
      if (heard.id === null) {
        return { state: "unknown", reason: "YouTube has the video and does not name it", raw };
      }
      return there(work, heard.id, raw);
    case "gone":
      return await amongUploads(work, "The upload session is gone");
    case "other":
      throw failureOf(answer, "read");
  }
}

/** None of them is no proof that there is none: a video may come late to the list. */
async function amongUploads(work: PublicationWork, why: string): Promise<Reconciled> {
  const found = await findUpload(work);
  switch (found.state) {
    case "one":
      return there(work, found.id, found.raw);
    case "many":
      return {
        state: "unknown",
        reason: `${why}, and the channel has several videos that may be this one`,
        raw: found.raw,
      };
    case "none":
      return { state: "unknown", reason: `${why}, and the channel shows no such video`, raw: found.raw };
  }
}

function there(work: PublicationWork, id: string, raw: unknown): Reconciled {
  return { state: "there", id, permalink: permalinkOf(optionOf(work), id), raw };
}
