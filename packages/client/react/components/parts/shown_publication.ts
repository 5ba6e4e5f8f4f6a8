/** What is shown of a publication. Pure. */
import type { Publication } from "../../../../../shared/rows/publication.ts";
import { isOption, type Option } from "../../../../../shared/words/platforms.ts";
import { isTerminal } from "../../../../../shared/words/statuses.ts";
import type { Texts } from "../../texts/texts.ts";

/**
 * `inbox`: it was not posted but laid into the inbox of whoever posts, to be finished there. `unknown`: nobody knows whether it is at its platform, and nobody
 * has looked yet.
 */
export type PublicationState =
  | "scheduled"
  | "waiting"
  | "prepare"
  | "commit"
  | "observe"
  | "completed"
  | "inbox"
  | "failed"
  | "cancelled"
  | "unknown"
  | "there"
  | "not_there";

export function publicationState(publication: Publication): PublicationState {
  const { status, error_code, resolved, scheduled_for, steps, committed_at, warnings } = publication;
  if (status === "failed" && error_code === "outcome_unknown") return resolved ?? "unknown";
  if (status === "pending") return scheduled_for !== null ? "scheduled" : "waiting";
  if (status === "processing") return committed_at !== null ? "observe" : steps.at(-1)?.step ?? "prepare";
  return status === "completed" && warnings.some(isInboxNote) ? "inbox" : status;
}

/** Said of a draft, which is no post yet. */
export const isInboxNote = ({ code }: Publication["warnings"][number]) => code === "finish_in_tiktok";

/** Whether it may be done again: what may be there already has to be looked for first. */
export function canRetry(publication: Publication): boolean {
  return ["failed", "cancelled", "not_there"].includes(publicationState(publication));
}

/** Whether it may still be cancelled: once it was committed, nobody can take it back. */
export function canCancel({ status, committed_at }: Publication): boolean {
  return !isTerminal(status) && committed_at === null;
}

/** Why it waits, in words; what this version does not know is shown as it is. */
export function holdWords({ status, hold }: Publication, texts: Texts): string | null {
  if (status !== "pending" || hold === null) return null;
  const words: Readonly<Record<string, string>> = texts.publishing.publication.hold;
  return Object.hasOwn(words, hold) ? words[hold] ?? hold : hold;
}

/** What an option is called: `Instagram · Reel`. */
export function optionName(option: string, texts: Texts): string {
  if (isOption(option)) return texts.publishing.options[option satisfies Option];
  const words = option.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
