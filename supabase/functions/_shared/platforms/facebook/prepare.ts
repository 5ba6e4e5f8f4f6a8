/**
 * Photos are handed over so that nobody sees them yet, and videos of reels and stories are handed in: one call at a time,
 * whose fact is stored before the next. A repeat makes what nobody publishes, and no post.
 */
import { z } from "zod";
import { givenId } from "../../providers/kit/fields.ts";
import { pathOf } from "../graph/dialect.ts";
import { isVideo } from "../graph/is_video.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { Prepared, PublicationWork } from "../platform.ts";
import { askPage } from "./graph.ts";
import { nextAct, sinceOf, untilOf, wayOf } from "./plan.ts";
import { readyOf } from "./ready.ts";
import { settingsOf } from "./settings.ts";
import { awaitVideo, sendVideo, startVideo } from "./video_upload.ts";

/** Facebook fetches a photo while it is asked to take it. */
const PHOTO_TIMEOUT_MS = 60_000;

const photoForm = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  published: z.literal("false"),
  alt_text_custom: z.string().min(1).optional(),
});

/** The next act of a publication's preparing. Throws PlatformError. */
export async function prepare(work: PublicationWork, signal: AbortSignal): Promise<Prepared> {
  settingsOf(work);
  checkFiles(work);
  const now = Date.now();
  const next = nextAct(work, now);
  switch (next.act) {
    case "photo":
      return await handPhoto(work, next.index, signal);
    case "start":
      return await startVideo(work, signal);
    case "send":
      return await sendVideo(work, next, signal);
    case "ask":
      return await awaitVideo(work, next.video, signal);
    case "commit":
      return readyOf(work, now);
  }
}

async function handPhoto(work: PublicationWork, index: number, signal: AbortSignal): Promise<Prepared> {
  const file = work.media[index];
  if (!file) throw invalidInput("There is no file to publish", "media_missing");
  const isStory = wayOf(work) === "story";
  const form = photoForm.parse({
    url: await file.url(),
    published: "false",
    ...file.altText && !isStory ? { alt_text_custom: file.altText } : {},
  });
  const { body, raw } = await askPage(work, pathOf(work.connection.externalId, "/photos"), {
    form,
    timeoutMs: PHOTO_TIMEOUT_MS,
  }, signal);
  const id = givenId.safeParse((body as Record<string, unknown>).id).data;
  if (id === undefined) throw malformedAnswer("Facebook named no photo", raw);
  const since = sinceOf(work, Date.now());
  return {
    state: "more",
    name: "photo_handed_over",
    facts: { [`photo_${index}`]: id, since },
    until: untilOf(since),
    details: { photo: id, item: index },
  };
}

/** What preflight has refused before, and nobody may change behind it. */
function checkFiles({ option, media }: PublicationWork): void {
  const [least, most] = option === "facebook_post" ? [0, 10] : [1, 1];
  if (media.length < least) throw invalidInput("There is no file to publish", "media_missing");
  if (media.length > most) throw invalidInput("There are too many files for this option", "too_many_media");
  const [wants, hasNone] = option === "facebook_post"
    ? ["A post takes photos alone", media.some(isVideo)]
    : ["This option takes a video", option !== "facebook_story" && !media.every(isVideo)];
  if (hasNone) throw invalidInput(`${wants}`, "media_refused");
}
