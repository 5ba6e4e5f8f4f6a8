/** What X says when it refuses: problem+json, the errors of OAuth 2, or those of its older API. */
import { z } from "zod";
import { looseText } from "../../providers/kit/fields.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";

/** An error as far as it says anything. */
export interface XProblem {
  /** The last word of its address: `usage-capped`, … */
  type: string | null;
  title: string | null;
  /** Why, in X's words: all that it says, for what is told apart by words alone. */
  words: string;
  /** What a person is told. */
  message: string | null;
  /** The code of the older API: `187`, … */
  code: string | null;
  /** The code of OAuth 2: `invalid_request`, … */
  oauth: string | null;
  /** It is no answer of X's API but somebody's page between. */
  isPage: boolean;
}

const number = z.union([z.number().int().transform(String), looseText]).catch(null);
const said = z.looseObject({
  type: looseText,
  title: looseText,
  detail: looseText,
  reason: looseText,
  message: looseText,
  code: number,
  error: looseText,
  error_description: looseText,
});
const body = said.extend({ errors: z.array(said).catch([]).default([]) });

/** Reads an answer that is an error, as it is kept: without tokens. Never throws. Pure. */
export function problemOf({ body: whole, raw }: Pick<PlatformAnswer, "body" | "raw">): XProblem {
  const read = body.safeParse(raw).data;
  const first = read?.errors[0];
  const all = [read, ...read?.errors ?? []].flatMap((part) =>
    part ? [part.title, part.detail, part.reason, part.message, part.error_description] : []
  );
  const type = read?.type ?? first?.type ?? null;
  return {
    type: type === null ? null : type.slice(type.lastIndexOf("/") + 1),
    title: read?.title ?? first?.title ?? null,
    words: all.filter((text) => !!text).join("\n"),
    message: messageOf(read, first),
    code: first?.code ?? read?.code ?? null,
    oauth: read?.error ?? null,
    isPage: whole === undefined && raw !== "",
  };
}

type Said = z.infer<typeof said> | undefined;

/** The most telling words: a detail that only says that something was wrong comes after what was. */
function messageOf(read: Said, first: Said): string | null {
  const isVague = /^One or more parameters/i.test(read?.detail ?? "");
  const [detail, inner] = [read?.detail, first?.message ?? first?.detail];
  return (isVague ? inner ?? detail : detail ?? inner) ?? read?.error_description ?? read?.message ??
    read?.reason ??
    read?.title ?? null;
}
