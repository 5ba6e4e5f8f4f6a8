/** What Threads' rules cannot say: settings that a kind of post ignores, and what a post of text needs. Pure. */
import type { PublicationContent } from "../../../../../shared/publishing/content.ts";
import type { PublicationIssue } from "../../../../../shared/publishing/option_rules.ts";
import { THREADS_LINKS } from "../../../../../shared/publishing/threads_rules.ts";
import type { ThreadsPostSettings } from "../../../../../shared/publishing/threads_settings.ts";
import { linkOf, uniqueLinks } from "../../../../../shared/publishing/unique_links.ts";
import type { Option } from "../../../../../shared/words/platforms.ts";

/** Of posts without files alone. */
const OF_TEXTS: readonly (keyof ThreadsPostSettings)[] = ["link", "textAttachment"];

/** Issues refuse the option, warnings are told beside it. */
export function preflight(
  _option: Option,
  content: Pick<PublicationContent, "caption" | "settings" | "mediaFiles">,
): { issues: PublicationIssue[]; warnings: PublicationIssue[] } {
  const files = content.mediaFiles.length;
  return {
    issues: [
      ...ignoredSettings(content.settings, files),
      ...files === 0 && content.caption.trim() === ""
        ? [issue("text_missing", "caption", "A post without files needs a text.")]
        : [],
      ...tooManyLinks(content),
    ],
    warnings: [],
  };
}

/** The settings that nothing would come of, of a post with so many files. */
export function ignoredSettings(
  settings: Readonly<Record<string, unknown>>,
  files: number,
): PublicationIssue[] {
  const isAnswer = settings.replyTo !== undefined;
  return [
    ...OF_TEXTS.filter((name) => files > 0 && settings[name] !== undefined).map((name) =>
      ignored(name, `${name} is for posts without files`)
    ),
    ...files === 0 && settings.isSpoiler !== undefined
      ? [ignored("isSpoiler", "isSpoiler hides files, and there are none")]
      : [],
    ...settings.replyControl === "parent_post_author_only" && !isAnswer
      ? [ignored("replyControl", "There is no author of another post, for this one answers none")]
      : [],
  ];
}

/** Of the text alone, the rules say it. */
function tooManyLinks({ caption, settings }: Pick<PublicationContent, "caption" | "settings">) {
  const links = uniqueLinks(caption);
  if (typeof settings.link !== "string" || links.length > THREADS_LINKS) return [];
  const count = new Set([...links, linkOf(settings.link)]).size;
  if (count <= THREADS_LINKS) return [];
  const message = `The post has ${count} links with the one attached to it; ${THREADS_LINKS} are taken.`;
  return [{
    ...issue("too_many_links", "settings.link", message),
    details: { count, maximum: THREADS_LINKS },
  }];
}

function ignored(name: keyof ThreadsPostSettings, message: string): PublicationIssue {
  return issue("settings_ignored", `settings.${name}`, message);
}

function issue(code: string, field: string, message: string): PublicationIssue {
  return { code, field, message };
}
