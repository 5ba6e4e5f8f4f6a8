/** A caption against what an option takes: its length, links, hashtags and mentions. */
import { countText } from "./count_text.ts";
import type { OptionRules, PublicationIssue } from "./option_rules.ts";
import { partsOf } from "./text_parts.ts";
import { uniqueLinks } from "./unique_links.ts";

/** What is wrong with a caption; each message tells the count. */
export function checkText(
  { text, links, hashtags, mentions }: OptionRules,
  caption: string,
): PublicationIssue[] {
  const length = countText(caption, text.count);
  const parts = partsOf(caption);
  const missing = text.required && caption.trim() === ""
    ? [issue("text_missing", "A caption is needed.", {})]
    : [];
  return [
    ...missing,
    ...tooMany("text_too_long", text.count === "bytes" ? "bytes" : "characters", length, text),
    ...tooMany(
      "too_many_links",
      "links",
      (links?.isUnique ? uniqueLinks(caption) : parts.links).length,
      links,
    ),
    ...tooMany("too_many_hashtags", "hashtags", parts.hashtags.length, hashtags),
    ...tooMany("too_many_mentions", "mentions", parts.mentions.length, mentions),
  ];
}

function tooMany(code: string, what: string, count: number, rule?: { max: number }): PublicationIssue[] {
  if (rule === undefined || count <= rule.max) return [];
  const message = `The caption has ${count} ${what}; ${rule.max} are taken.`;
  return [issue(code, message, { count, maximum: rule.max })];
}

function issue(code: string, message: string, details: Record<string, unknown>): PublicationIssue {
  return { code, field: "caption", message, details };
}
