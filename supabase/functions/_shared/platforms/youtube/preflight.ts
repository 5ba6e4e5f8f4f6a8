/** What YouTube's rules cannot say: titles, tags, signs that it does not take, and what will be odd. Pure. */
import type { PublicationContent } from "../../../../../shared/publishing/content.ts";
import type { PublicationIssue } from "../../../../../shared/publishing/option_rules.ts";
import { YOUTUBE_TAGS_MAX } from "../../../../../shared/publishing/youtube_rules.ts";
import {
  ignoredYouTubeSettings,
  YOUTUBE_SETTINGS,
  type YouTubeSettings,
} from "../../../../../shared/publishing/youtube_settings.ts";
import { youtubeTagsLength, youtubeTitle } from "../../../../../shared/publishing/youtube_title.ts";
import type { MediaProbe } from "../../../../../shared/requests/requests_publications.ts";

/** Channels whose owner has not given a telephone number take no longer ones, and no thumbnails. */
const UNVERIFIED_SECONDS = 15 * 60;

/** Issues refuse the option, warnings are told beside it. `probes`: what each file was found to be, in their order. */
export function preflightVideo(
  content: PublicationContent,
  probes: readonly (MediaProbe | null)[],
): { issues: PublicationIssue[]; warnings: PublicationIssue[] } {
  const read = YOUTUBE_SETTINGS.youtube_video.safeParse(content.settings);
  const invalid = read.success ? [] : read.error.issues.map(({ path, message }) => ({
    code: "invalid_input",
    field: ["settings", ...path].join("."),
    message,
  }));
  const settings = read.success ? read.data : {};
  const kinds = content.mediaFiles.map(({ type }, index) => probes[index]?.contentType ?? type);
  return {
    issues: [
      ...invalid,
      ...ignoredYouTubeSettings(settings),
      ...titleIssues(content, settings),
      ...tagIssues(settings),
      ...videoIssues(kinds),
    ],
    warnings: [...wordWarnings(content, settings), ...fileWarnings(content, kinds, probes)],
  };
}

function titleIssues(
  { caption, settings }: PublicationContent,
  { title }: YouTubeSettings,
): PublicationIssue[] {
  const signs = /[<>]/.test(caption)
    ? [{ code: "invalid_input", field: "caption", message: "YouTube takes no < and no > in a description" }]
    : [];
  const set = title ?? (typeof settings.title === "string" ? settings.title : undefined);
  if (youtubeTitle({ caption, title: set }) !== null) return signs;
  const message = "A video needs a title: set one, or write a caption whose first line it can be";
  return [...signs, { code: "text_missing", field: "settings.title", message }];
}

function tagIssues({ tags = [] }: YouTubeSettings): PublicationIssue[] {
  const count = youtubeTagsLength(tags);
  if (count <= YOUTUBE_TAGS_MAX) return [];
  return [{
    code: "invalid_input",
    field: "settings.tags",
    message: `The tags take ${count} characters; ${YOUTUBE_TAGS_MAX} are taken in all`,
    details: { count, maximum: YOUTUBE_TAGS_MAX },
  }];
}

/** The table counts files; a picture alone is no video. */
function videoIssues(kinds: readonly string[]): PublicationIssue[] {
  if (kinds.length === 0 || kinds.some((kind) => !kind.startsWith("image/"))) return [];
  return [{
    code: "media_missing",
    field: "mediaFiles",
    message: "A picture is a thumbnail: a video is needed",
  }];
}

function wordWarnings(
  { caption }: PublicationContent,
  { title, privacy }: YouTubeSettings,
): PublicationIssue[] {
  const taken = title?.trim() ? null : youtubeTitle({ caption });
  return [
    ...taken === null ? [] : [{
      code: "title_from_caption",
      field: "settings.title",
      message: `The title is taken from the caption: ${taken}`,
    }],
    ...privacy === undefined
      ? [{
        code: "private_by_default",
        field: "settings.privacy",
        message: "The video is private: its owner alone sees it",
      }]
      : [],
  ];
}

function fileWarnings(
  { mediaFiles }: PublicationContent,
  kinds: readonly string[],
  probes: readonly (MediaProbe | null)[],
): PublicationIssue[] {
  return mediaFiles.flatMap(({ altText }, index) => {
    const field = `mediaFiles.${index}`;
    const seconds = kinds[index]?.startsWith("video/") ? probes[index]?.durationSeconds ?? 0 : 0;
    return [
      ...altText
        ? [{
          code: "alt_text_ignored",
          field: `${field}.altText`,
          message: "YouTube takes no alternative texts",
        }]
        : [],
      ...kinds[index]?.startsWith("image/")
        ? [{
          code: "thumbnail_may_be_refused",
          field,
          message: "YouTube takes thumbnails from channels alone whose owner has given a telephone number",
        }]
        : [],
      ...seconds > UNVERIFIED_SECONDS
        ? [{
          code: "video_may_be_refused",
          field,
          message:
            "YouTube takes more than 15 minutes from channels alone whose owner has given a telephone number",
          details: { seconds, maximum: UNVERIFIED_SECONDS },
        }]
        : [],
    ];
  });
}
