/** What is wrong with a publication, in words: what it means in the reader's language, then as the server said it. */
import type { Rejection } from "../../../../shared/requests/requests_publications.ts";
import { type Refusal, REFUSALS, type Texts } from "./texts.ts";

export type Issue = Pick<Rejection, "code" | "message" | "details">;

export interface IssueWords {
  readonly meaning: string;
  /** What was said, where it says more. */
  readonly said: string | null;
}

export function issueWords({ code, message, details }: Issue, texts: Texts): IssueWords {
  const { notes } = texts.publishing;
  const note = Object.hasOwn(notes, code) ? notes[code] : undefined;
  if (note !== undefined) return { meaning: note, said: message || null };
  if (!isRefusal(code)) return { meaning: message || code, said: null };
  const { count, maximum } = details ?? {};
  const numbers = typeof count === "number" && typeof maximum === "number"
    ? ` ${texts.publishing.publish.countOf(count, maximum)}.`
    : "";
  const meaning = `${texts.refusals[code]}${numbers}`;
  return { meaning, said: message === "" || message === meaning ? null : message };
}

function isRefusal(code: string): code is Refusal {
  return (REFUSALS as readonly string[]).includes(code);
}
