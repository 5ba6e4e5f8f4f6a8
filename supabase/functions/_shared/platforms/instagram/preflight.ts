/** What Instagram's rules cannot say: settings that nothing comes of, and words that nobody sees. Pure. */
import type { PublicationContent } from "../../../../../shared/publishing/content.ts";
import type { PublicationIssue } from "../../../../../shared/publishing/option_rules.ts";
import type { InstagramSetting } from "../../../../../shared/publishing/instagram_settings.ts";
import type { MediaProbe } from "../../../../../shared/requests/requests_publications.ts";
import type { Option } from "../../../../../shared/words/platforms.ts";

/** Of those that the feed takes, for its videos. */
const OF_VIDEOS: readonly InstagramSetting[] = ["thumbOffset", "coverUrl"];

/** Issues refuse the option, warnings are told beside it. `probes`: what each file was found to be, in their order. */
export function preflight(
  option: Option,
  content: PublicationContent,
  probes: readonly (MediaProbe | null)[],
): { issues: PublicationIssue[]; warnings: PublicationIssue[] } {
  const kinds = content.mediaFiles.map(({ type }, index) => probes[index]?.contentType ?? type);
  const areVideos = kinds.map((kind) => kind.startsWith("video/"));
  return {
    issues: [...ignoredSettings(content, areVideos), ...coverIssues(content, probes)],
    warnings: warningsOf(option, content, areVideos),
  };
}

/** The settings that nothing would come of, of those that the option takes: its schema refuses all others. */
export function ignoredSettings(
  { settings }: Pick<PublicationContent, "settings">,
  areVideos: readonly boolean[],
): PublicationIssue[] {
  const isOfVideo = areVideos.some(Boolean);
  return OF_VIDEOS.filter((name) => settings[name] !== undefined).flatMap((name) => {
    if (!isOfVideo) return ignored(`settings.${name}`, `${name} is for videos, and this is an image`);
    const isHidden = name === "thumbOffset" && settings.coverUrl !== undefined;
    if (!isHidden) return [];
    return ignored("settings.thumbOffset", "The image in coverUrl is the cover, so thumbOffset is not used");
  });
}

function coverIssues({ settings }: PublicationContent, probes: readonly (MediaProbe | null)[]) {
  const { thumbOffset } = settings;
  const seconds = probes[0]?.durationSeconds;
  if (typeof thumbOffset !== "number" || typeof seconds !== "number" || thumbOffset < seconds * 1000) {
    return [];
  }
  return [{
    code: "invalid_input",
    field: "settings.thumbOffset",
    message: "The cover is taken from beyond the video's end",
    details: { count: thumbOffset, maximum: Math.max(Math.ceil(seconds * 1000) - 1, 0) },
  }];
}

function warningsOf(option: Option, { caption, mediaFiles }: PublicationContent, areVideos: boolean[]) {
  const isStory = option === "instagram_story";
  return [
    ...isStory && caption !== "" ? ignored("caption", "A story is published without a caption") : [],
    ...mediaFiles.flatMap(({ altText }, index) => {
      if (altText === undefined || altText === "" || !(isStory || areVideos[index])) return [];
      return ignored(
        `mediaFiles.${index}.altText`,
        "Instagram takes alternative texts of images in posts alone",
      );
    }),
  ];
}

function ignored(field: string, message: string): PublicationIssue[] {
  return [{ code: "settings_ignored", field, message }];
}
