/** The video that a publication is, as YouTube is told of it, and its files. */
import {
  ignoredYouTubeSettings,
  YOUTUBE_SETTINGS,
  type YouTubeOption,
  type YouTubeSettings,
} from "../../../../../shared/publishing/youtube_settings.ts";
import { youtubeTitle } from "../../../../../shared/publishing/youtube_title.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { PublicationMedia, PublicationWork } from "../platform.ts";
import { type VideoBody, videoBody } from "./bodies.ts";

/** People and blogs. */
const CATEGORY = "22";

/** A file and its place among the publication's. */
export interface Placed {
  media: PublicationMedia;
  index: number;
}

/** The option, of YouTube's. */
export function optionOf({ option }: Pick<PublicationWork, "option">): YouTubeOption {
  return option === "youtube_short" ? option : "youtube_video";
}

/** The settings of a video. Throws PlatformError for those that YouTube would not take, or not heed. */
export function settingsOf(work: Pick<PublicationWork, "option" | "content">): YouTubeSettings {
  const read = YOUTUBE_SETTINGS[optionOf(work)].safeParse(work.content.settings);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw invalidInput(`settings.${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`);
  }
  const [ignored] = ignoredYouTubeSettings(read.data);
  if (ignored) throw invalidInput(ignored.message, ignored.code);
  return read.data;
}

/** What YouTube is told of the video. Throws PlatformError when it cannot be one. Pure. */
export function bodyOf(work: Pick<PublicationWork, "option" | "content">): VideoBody {
  const settings = settingsOf(work);
  const { caption } = work.content;
  const title = youtubeTitle({ caption, title: settings.title });
  if (title === null) {
    throw invalidInput("A video needs a title, or a caption to take it from", "text_missing");
  }
  const { tags, categoryId = CATEGORY, language, privacy = "private" } = settings;
  const { madeForKids = false, madeWithAi, embeddable, license } = settings;
  const read = videoBody.safeParse({
    snippet: {
      title,
      description: caption,
      ...tags && tags.length > 0 ? { tags } : {},
      categoryId,
      ...language === undefined ? {} : { defaultLanguage: language },
    },
    status: {
      privacyStatus: privacy,
      selfDeclaredMadeForKids: madeForKids,
      ...madeWithAi ? { containsSyntheticMedia: true } : {},
      ...embeddable === undefined ? {} : { embeddable },
      ...license === undefined ? {} : { license },
    },
  });
  if (!read.success) {
    throw invalidInput(`YouTube would not take this video: ${read.error.issues[0]?.path.join(".")}`);
  }
  return read.data;
}

/** The file that is the video. Throws PlatformError where there is none. */
export function videoOf({ media }: Pick<PublicationWork, "media">): PublicationMedia {
  const video = media.find(({ contentType }) => contentType.startsWith("video/"));
  if (!video) throw invalidInput("There is no video to publish", "media_missing");
  return video;
}

/** The picture beside it; null: there is none. */
export function pictureOf({ media }: Pick<PublicationWork, "media">): Placed | null {
  const index = media.findIndex(({ contentType }) => contentType.startsWith("image/"));
  const picture = media[index];
  return picture ? { media: picture, index } : null;
}
