/** What the table of rules cannot say of a post on LinkedIn. */
import type { PublicationContent } from "../../../../../shared/publishing/content.ts";
import {
  ignoredLinkedInSettings,
  LINKEDIN_SETTINGS,
} from "../../../../../shared/publishing/linkedin_settings.ts";
import type { PublicationIssue } from "../../../../../shared/publishing/option_rules.ts";
import type { MediaProbe } from "../../../../../shared/requests/requests_publications.ts";
import type { Option } from "../../../../../shared/words/platforms.ts";

/** Width by height. */
const MOST_PIXELS = 36_152_320;
/** Films that are shorter LinkedIn may refuse. */
const LEAST_FILM_BYTES = 75 * 1024;

/** Looks at a post. Pure. */
export function preflightPost(
  option: Option,
  content: PublicationContent,
  probes: readonly (MediaProbe | null)[],
): { issues: PublicationIssue[]; warnings: PublicationIssue[] } {
  const types = content.mediaFiles.map(({ type }, index) => probes[index]?.contentType ?? type);
  const settings = LINKEDIN_SETTINGS.linkedin_post.safeParse(content.settings);
  const isPost = option === "linkedin_post";
  const ignored = isPost && settings.success ? ignoredLinkedInSettings(settings.data, types) : [];
  const hasArticle = isPost && settings.data?.article !== undefined;
  const isEmpty = isPost && content.caption.trim() === "" && types.length === 0 && !hasArticle;
  return {
    issues: [
      ...ignored,
      ...isEmpty
        ? [{
          code: "text_missing",
          field: "caption",
          message: "A post on LinkedIn needs a text, media or an article",
        }]
        : [],
      ...probes.flatMap((probe, index) => tooManyPixels(probe, index)),
    ],
    warnings: [
      ...content.mediaFiles.flatMap(({ altText }, index) =>
        altText && !types[index]?.startsWith("image/")
          ? [{
            code: "alt_text_ignored",
            field: `mediaFiles.${index}.altText`,
            message: "LinkedIn takes alternative text for images alone",
          }]
          : []
      ),
      ...probes.flatMap((probe, index) => shortFilm(probe, index)),
    ],
  };
}

function tooManyPixels(probe: MediaProbe | null, index: number): PublicationIssue[] {
  const { width, height } = probe ?? {};
  if (!probe?.contentType.startsWith("image/") || !width || !height || width * height <= MOST_PIXELS) {
    return [];
  }
  return [{
    code: "media_refused",
    field: `mediaFiles.${index}`,
    message: `The image has ${width * height} pixels; ${MOST_PIXELS} are taken.`,
    details: { what: "pixels", actual: width * height, maximum: MOST_PIXELS },
  }];
}

function shortFilm(probe: MediaProbe | null, index: number): PublicationIssue[] {
  if (!probe?.contentType.startsWith("video/") || probe.bytes >= LEAST_FILM_BYTES) return [];
  return [{
    code: "video_may_be_refused",
    field: `mediaFiles.${index}`,
    message: "LinkedIn may refuse films of less than 75 KB.",
    details: { what: "bytes", actual: probe.bytes, minimum: LEAST_FILM_BYTES },
  }];
}
