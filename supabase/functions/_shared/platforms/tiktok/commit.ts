/**
 * The commit: the last part of a video, before which TikTok has nothing to post, or `content/init` for photos. In a draft's case
 * the same, after which it lies in the creator's inbox.
 */
import { z } from "zod";
import { givenId } from "../../providers/kit/fields.ts";
import { httpError, isServersTrouble } from "../kit/failures.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import { type PlatformAnswer, prepareCall } from "../kit/platform_call.ts";
import { type Committed, PlatformError, type PreparedCommit, type PublicationWork } from "../platform.ts";
import { tiktokCall } from "./address.ts";
import { type PhotoBody, photoBody } from "./bodies.ts";
import { dataOf, questionOf } from "./failures.ts";
import { partAt } from "./parts.ts";
import { hasBytes, partRefused, sendPart } from "./send_part.ts";
import { isDraft, photoSettingsOf } from "./settings.ts";
import { askStatus, BY_PUBLISH, standingOf } from "./status.ts";
import { type UploadFact, uploadFactOf } from "./upload_facts.ts";

const named = z.looseObject({ publish_id: givenId });

/** Builds the commit. Throws PlatformError when there can be none, with nothing sent. */
export function prepareCommit(work: PublicationWork): PreparedCommit {
  return work.option === "tiktok_photo" ? photoCommit(work) : videoCommit(work);
}

function videoCommit(work: PublicationWork): PreparedCommit {
  const fact = uploadFactOf(work.facts);
  if (!fact) throw invalidInput("The video has not been handed to TikTok", "media_missing");
  // An earlier one was taken, and TikTok has said so since: there is nothing left to be sent.
  if (fact.taken) return { send: () => Promise.resolve(committedAs(fact, null)) };
  const part = partAt(fact, fact.sent);
  if (!part?.isLast) throw invalidInput("Parts of the video have not been handed to TikTok", "media_missing");
  return {
    send: async (signal) => {
      const answer = await sendPart(work, fact, part, signal);
      const taken = takenBy(fact, answer);
      return taken ?? await explain(work, fact, partRefused(answer), signal);
    },
  };
}

/**
 * What an answer to the last part says; null: that it was refused. Throws PlatformError, ambiguous where it may have been taken.
 * Pure.
 */
export function takenBy(fact: UploadFact, answer: PlatformAnswer): Committed | null {
  const { status, raw } = answer;
  const isWhole = hasBytes(answer, fact.bytes) === fact.bytes;
  if (status === 201 || status === 200 || (isWhole && status < 500)) return committedAs(fact, raw);
  const message = `TikTok answered HTTP ${status} to the last part of the video`;
  if (isServersTrouble(status)) throw httpError(answer, { class: "wait", message }, true);
  if (status >= 400) return null;
  throw new PlatformError({ class: "unknown", scope: "publication", code: `http_${status}`, message, raw }, {
    isAmbiguous: true,
  });
}

/**
 * A last part that is refused may have come before, by a commit whose answer was lost: TikTok is asked by the upload's own name.
 * Throws the refusal where it is one, and a doubt where nobody can tell.
 */
async function explain(
  work: PublicationWork,
  fact: UploadFact,
  refusal: PlatformError,
  signal: AbortSignal,
): Promise<Committed> {
  const status = await askStatus(work, fact.publish_id, signal).catch((error: unknown) => {
    if (error instanceof PlatformError) return null;
    throw error;
  });
  const standing = status === null ? "unknown" : standingOf(status, fact.bytes);
  if (standing === "whole" || standing === "failed") return committedAs(fact, status?.raw ?? null);
  if (standing === "missing" || work.committedAt === null) throw refusal;
  throw new PlatformError({ ...refusal.failure, class: "unknown" }, { isAmbiguous: true });
}

function committedAs({ publish_id }: UploadFact, raw: unknown): Committed {
  return { id: BY_PUBLISH + publish_id, state: "processing", raw };
}

function photoCommit(work: PublicationWork): PreparedCommit {
  photoSettingsOf(work);
  if (work.media.length === 0) throw invalidInput("There are no photos", "media_missing");
  return {
    send: async (signal) => {
      const urls = await Promise.all(work.media.map((media) => media.url()));
      const call = tiktokCall(work.app, work.accessToken, {
        path: "/post/publish/content/init/",
        json: photoBodyOf(work, urls),
        isCommit: true,
        secrets: urls,
      });
      return photosTakenBy(await prepareCall(work.app, call).send(signal), isDraft(work));
    },
  };
}

/** The body that photos are posted with, fetched from these addresses. Throws PlatformError when there can be none. Pure. */
export function photoBodyOf(work: PublicationWork, urls: readonly string[]): PhotoBody {
  const { title, coverIndex, ...settings } = photoSettingsOf(work);
  const words = { ...title === undefined ? {} : { title }, description: work.content.caption };
  const about = {
    media_type: "PHOTO",
    source_info: { source: "PULL_FROM_URL", photo_images: urls, photo_cover_index: coverIndex ?? 0 },
  };
  const read = photoBody.safeParse(
    isDraft(work) ? { ...about, post_mode: "MEDIA_UPLOAD", post_info: words } : {
      ...about,
      post_mode: "DIRECT_POST",
      post_info: {
        ...words,
        privacy_level: settings.privacy,
        disable_comment: settings.allowComments !== true,
        auto_add_music: settings.autoAddMusic === true,
        brand_content_toggle: settings.brandedContent === true,
        brand_organic_toggle: settings.ownBrand === true,
      },
    },
  );
  if (read.success) return read.data;
  throw invalidInput(`TikTok would not take these photos: ${read.error.issues[0]?.path.join(".")}`);
}

/** What an answer to photos says. Throws PlatformError, ambiguous where they may have been taken. Pure. */
export function photosTakenBy(answer: PlatformAnswer, isADraft: boolean): Committed {
  const question = questionOf("commit", isADraft);
  const { publish_id } = dataOf(answer, named, question, "TikTok did not say what it calls the post");
  return { id: BY_PUBLISH + publish_id, state: "processing", raw: answer.raw };
}
