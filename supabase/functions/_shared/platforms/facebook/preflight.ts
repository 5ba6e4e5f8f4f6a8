/** What Facebook's rules cannot say: what would become something else, come to nothing, or be seen by nobody. Pure. */
import type { PublicationContent } from "../../../../../shared/publishing/content.ts";
import type { PublicationIssue } from "../../../../../shared/publishing/option_rules.ts";
import type { MediaProbe } from "../../../../../shared/requests/requests_publications.ts";
import type { Option } from "../../../../../shared/words/platforms.ts";

/** Issues refuse the option, warnings are told beside it. `probes`: what each file was found to be, in their order. */
export function preflight(
  option: Option,
  content: PublicationContent,
  probes: readonly (MediaProbe | null)[],
): { issues: PublicationIssue[]; warnings: PublicationIssue[] } {
  return {
    issues: [
      ...ignoredSettings(content),
      ...option === "facebook_post" ? emptyPost(content) : [],
      ...option === "facebook_video" ? probes.flatMap(uprightIssue) : [],
    ],
    warnings: warningsOf(option, content, probes),
  };
}

/** The settings that nothing would come of, of those that the option takes: its schema refuses all others. */
export function ignoredSettings(
  { settings, mediaFiles }: Pick<PublicationContent, "settings" | "mediaFiles">,
): PublicationIssue[] {
  if (settings.link === undefined || mediaFiles.length === 0) return [];
  return ignored("settings.link", "A link is shown below a text alone, and not beside photos");
}

function emptyPost({ caption, mediaFiles, settings }: PublicationContent): PublicationIssue[] {
  if (caption.trim() !== "" || mediaFiles.length > 0 || settings.link !== undefined) return [];
  return [{ code: "text_missing", field: "caption", message: "A post needs a text, a link or photos" }];
}

/** Facebook makes a draft of it, which nobody sees, and says that it was published. */
function uprightIssue(probe: MediaProbe | null, index: number): PublicationIssue[] {
  const { width, height } = probe ?? {};
  if (!width || !height || width >= height) return [];
  return [{
    code: "media_refused",
    field: `mediaFiles.${index}`,
    message: "A video that is higher than wide stays a draft as facebook_video: publish it as facebook_reel",
    details: {
      what: "aspect",
      actual: Math.round(width / height * 100) / 100,
      minimum: 1,
      option: "facebook_reel",
    },
  }];
}

function warningsOf(
  option: Option,
  { caption, mediaFiles }: PublicationContent,
  probes: readonly (MediaProbe | null)[],
): PublicationIssue[] {
  const isStory = option === "facebook_story";
  return [
    ...isStory && caption !== "" ? ignored("caption", "A story is published without a text") : [],
    ...mediaFiles.flatMap(({ altText, type }, index) => {
      const isVideo = (probes[index]?.contentType ?? type).startsWith("video/");
      if (altText === undefined || altText === "" || !(isStory || isVideo)) return [];
      return ignored(
        `mediaFiles.${index}.altText`,
        "Facebook takes alternative texts of photos in posts alone",
      );
    }),
  ];
}

function ignored(field: string, message: string): PublicationIssue[] {
  return [{ code: "settings_ignored", field, message }];
}
