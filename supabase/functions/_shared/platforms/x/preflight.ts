/** What the table of rules cannot say of a post on X. */
import type { PublicationContent } from "../../../../../shared/publishing/content.ts";
import type { PublicationIssue } from "../../../../../shared/publishing/option_rules.ts";
import { ignoredXSettings, xPostSettings } from "../../../../../shared/publishing/x_settings.ts";
import type { MediaProbe } from "../../../../../shared/requests/requests_publications.ts";

/** Those who pay by use may have one. */
const MOST_CASHTAGS = 1;
const CASHTAG = /(?<![A-Za-z0-9_$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?![A-Za-z0-9_])/g;
/** Beyond this X may refuse a GIF, and shows a film smaller to those who do not subscribe. */
const COMMON_SIZE = { width: 1280, height: 1080 };

/** Looks at a post. Pure. */
export function preflightPost(
  content: PublicationContent,
  probes: readonly (MediaProbe | null)[],
): { issues: PublicationIssue[]; warnings: PublicationIssue[] } {
  const settings = xPostSettings.safeParse(content.settings);
  const ignored = settings.success ? ignoredXSettings(settings.data, content.mediaFiles.length) : [];
  const invalid = settings.success ? [] : settings.error.issues.map(({ path, message }) => ({
    code: "invalid_input",
    field: ["settings", ...path].join("."),
    message,
  }));
  const cashtags = content.caption.match(CASHTAG)?.length ?? 0;
  return {
    issues: [
      ...invalid,
      ...ignored,
      ...isEmpty(content)
        ? [{ code: "text_missing", field: "caption", message: "A post on X needs a text or media" }]
        : [],
    ],
    warnings: [
      ...cashtags > MOST_CASHTAGS
        ? [{
          code: "too_many_cashtags",
          field: "caption",
          message: "X refuses more than one cashtag from apps that pay by use",
          details: { count: cashtags, maximum: MOST_CASHTAGS },
        }]
        : [],
      ...content.mediaFiles.flatMap(({ altText, type }, index) =>
        altText && type.startsWith("video/")
          ? [{
            code: "alt_text_ignored",
            field: `mediaFiles.${index}.altText`,
            message: "X takes alternative text for images and GIFs alone",
          }]
          : []
      ),
      ...probes.flatMap((probe, index) => largeGif(probe, index)),
    ],
  };
}

function isEmpty({ caption, mediaFiles }: PublicationContent): boolean {
  return caption.trim() === "" && mediaFiles.length === 0;
}

function largeGif(probe: MediaProbe | null, index: number): PublicationIssue[] {
  if (probe?.contentType !== "image/gif") return [];
  const { width, height } = probe;
  const isLarge = (width ?? 0) > COMMON_SIZE.width || (height ?? 0) > COMMON_SIZE.height;
  return isLarge
    ? [{
      code: "gif_may_be_refused",
      field: `mediaFiles.${index}`,
      message: "X may refuse a GIF of more than 1280 × 1080 pixels",
      details: { width, height },
    }]
    : [];
}
