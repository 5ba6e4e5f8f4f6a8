/** Beginning a video: `…/video/init/`, or `…/inbox/video/init/` for a draft. Nothing is posted before all bytes are there. */
import { z } from "zod";
import { givenId } from "../../providers/kit/fields.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { Prepared, PublicationWork } from "../platform.ts";
import { askTikTok } from "./address.ts";
import { type DirectVideoBody, directVideoBody, type DraftVideoBody, draftVideoBody } from "./bodies.ts";
import { dataOf, questionOf } from "./failures.ts";
import { type Parts, partsOf } from "./parts.ts";
import { isDraft, videoSettingsOf } from "./settings.ts";
import { begunUpload, own } from "./upload_facts.ts";

const PATHS = { direct: "/post/publish/video/init/", draft: "/post/publish/inbox/video/init/" } as const;

const begun = z.looseObject({
  publish_id: givenId,
  upload_url: z.url({ protocol: /^https?$/ }),
});

/** The body that a video begins with. Throws PlatformError when there can be none. Pure. */
export function videoBody(work: PublicationWork, parts: Parts): DirectVideoBody | DraftVideoBody {
  const source_info = {
    source: "FILE_UPLOAD" as const,
    video_size: parts.bytes,
    chunk_size: parts.chunk,
    total_chunk_count: parts.count,
  };
  const settings = videoSettingsOf(work);
  if (isDraft(work)) return checked(draftVideoBody.safeParse({ source_info }));
  const { coverTimestampMs } = settings;
  return checked(directVideoBody.safeParse({
    post_info: {
      title: work.content.caption,
      privacy_level: settings.privacy,
      disable_comment: settings.allowComments !== true,
      disable_duet: settings.allowDuet !== true,
      disable_stitch: settings.allowStitch !== true,
      ...coverTimestampMs === undefined ? {} : { video_cover_timestamp_ms: coverTimestampMs },
      brand_content_toggle: settings.brandedContent === true,
      brand_organic_toggle: settings.ownBrand === true,
      is_aigc: settings.madeWithAi === true,
    },
    source_info,
  }));
}

/** Begins it: what TikTok names is kept before a byte is sent. `upload`: which of this publication, from 1. */
export async function beginUpload(
  work: PublicationWork,
  upload: number,
  signal: AbortSignal,
): Promise<Prepared> {
  const parts = partsOf(work.media[0]?.bytes ?? 0);
  const is_draft = isDraft(work);
  const json = videoBody(work, parts);
  const path = is_draft ? PATHS.draft : PATHS.direct;
  const answer = await askTikTok(work.app, work.accessToken, { path, json }, signal);
  const data = dataOf(
    { ...answer, raw: withoutAddress(answer.raw) },
    begun,
    questionOf("init", is_draft),
    "TikTok did not say where to send the video",
  );
  const fact = begunUpload({ ...data, upload, is_draft }, parts, Date.now());
  return {
    state: "more",
    name: "upload_begun",
    facts: own(fact),
    details: { publish_id: fact.publish_id, bytes: parts.bytes, parts: parts.count },
  };
}

/** Who has the address can hand in the video: it is kept among the facts alone. */
function withoutAddress(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null || !("data" in raw)) return raw;
  const { data } = raw;
  const isRecord = typeof data === "object" && data !== null;
  return isRecord && "upload_url" in data ? { ...raw, data: { ...data, upload_url: "[redacted]" } } : raw;
}

function checked<Body>(read: z.ZodSafeParseResult<Body>): Body {
  if (read.success) return read.data;
  throw invalidInput(`TikTok would not take this video: ${read.error.issues[0]?.path.join(".")}`);
}
