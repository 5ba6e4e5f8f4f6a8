/** What TikTok's rules cannot say: settings that nothing comes of, and words that nobody sees. Pure. */
import type { PublicationContent } from "../../../../../shared/publishing/content.ts";
import type { PublicationIssue } from "../../../../../shared/publishing/option_rules.ts";
import { isTikTokDraft, tiktokChoices } from "../../../../../shared/publishing/tiktok_choices.ts";
import type { MediaProbe } from "../../../../../shared/requests/requests_publications.ts";
import type { Option } from "../../../../../shared/words/platforms.ts";

/** "1080p", either way up. */
const LARGE = { short: 1080, long: 1920 };

/** Issues refuse the option, warnings are told beside it. `probes`: what each file was found to be, in their order. */
export function preflight(
  option: Option,
  content: PublicationContent,
  probes: readonly (MediaProbe | null)[],
): { issues: PublicationIssue[]; warnings: PublicationIssue[] } {
  const own = option === "tiktok_photo" ? "tiktok_photo" : "tiktok_video";
  return {
    issues: [
      ...tiktokChoices(own, content.settings, content.mediaFiles.length),
      ...coverIssues(content, probes),
    ],
    warnings: [
      ...own === "tiktok_video" && isTikTokDraft(content.settings) && content.caption !== ""
        ? ignored("caption", "A draft of a video has no caption: its creator writes one in TikTok")
        : [],
      ...content.mediaFiles.flatMap(({ altText }, index) =>
        altText ? ignored(`mediaFiles.${index}.altText`, "TikTok takes no alternative texts") : []
      ),
      ...own === "tiktok_photo" ? probes.flatMap((probe, index) => largePhoto(probe, index)) : [],
    ],
  };
}

function coverIssues(
  { settings }: PublicationContent,
  probes: readonly (MediaProbe | null)[],
): PublicationIssue[] {
  const { coverTimestampMs: cover } = settings;
  const seconds = probes[0]?.durationSeconds;
  if (typeof cover !== "number" || typeof seconds !== "number" || cover < seconds * 1000) return [];
  return [{
    code: "invalid_input",
    field: "settings.coverTimestampMs",
    message: "The cover is taken from beyond the video's end",
    details: { count: cover, maximum: Math.max(Math.ceil(seconds * 1000) - 1, 0) },
  }];
}

function largePhoto(probe: MediaProbe | null, index: number): PublicationIssue[] {
  const [short = 0, long = 0] = [probe?.width ?? 0, probe?.height ?? 0].sort((one, other) => one - other);
  if (short <= LARGE.short && long <= LARGE.long) return [];
  return [{
    code: "photo_may_be_refused",
    field: `mediaFiles.${index}`,
    message: "TikTok may refuse a photo of more than 1080 × 1920 pixels",
    details: { width: probe?.width, height: probe?.height },
  }];
}

function ignored(field: string, message: string): PublicationIssue[] {
  return [{ code: "settings_ignored", field, message }];
}
