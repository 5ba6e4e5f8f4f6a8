/** What LinkedIn says when it refuses: its own errors, or those of OAuth 2. Each field is read on its own. */
import { z } from "zod";
import { looseText } from "../../providers/kit/fields.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";

/** An error as far as it says anything. */
export interface LinkedInProblem {
  /** What is the matter, most exact first: `DUPLICATE_POST`, `REVOKED_ACCESS_TOKEN`, … */
  codes: readonly string[];
  /** `65601`, …, where that is another number than the status. */
  number: string | null;
  message: string | null;
  /** The code of OAuth 2: `invalid_grant`, … */
  oauth: string | null;
  /** It is no answer of LinkedIn's but somebody's page between. */
  isPage: boolean;
}

const number = z.union([z.number().int().transform(String), looseText]).catch(null);
const inputError = z.looseObject({ code: looseText, description: z.unknown() });
const said = z.looseObject({
  code: looseText,
  serviceErrorCode: number,
  message: looseText,
  errorDetails: z.looseObject({
    inputErrors: z.array(inputError.catch({ code: null, description: null })).catch([]).default([]),
  }).nullish().catch(null),
  error: looseText,
  error_description: looseText,
});

/** Reads an answer that is an error, as it is kept: without tokens. Never throws. Pure. */
export function problemOf(
  { status, body: whole, raw }: Pick<PlatformAnswer, "status" | "body" | "raw">,
): LinkedInProblem {
  const read = said.safeParse(raw).data;
  const inputErrors = read?.errorDetails?.inputErrors ?? [];
  const codes = [...inputErrors.map(({ code }) => code), read?.code];
  const numbered = read?.serviceErrorCode ?? null;
  return {
    codes: codes.flatMap((code) => code ? [code] : []),
    number: numbered === String(status) ? null : numbered,
    message: messageOf(read?.message, inputErrors) ?? read?.error_description ?? null,
    oauth: read?.error ?? null,
    isPage: whole === undefined && raw !== "",
  };
}

/** Its words, without the names of its own classes before them; what an input error says where there are none. */
function messageOf(
  message: string | null | undefined,
  inputErrors: readonly z.infer<typeof inputError>[],
): string | null {
  const words = message?.replace(/^(?:com\.linkedin(?:\.\w{1,60}){1,12}: )+/, "").trim();
  if (words) return words;
  const described = inputErrors.map(({ description }) => description).find((text) =>
    typeof text === "string"
  );
  return typeof described === "string" && described !== "" ? described : null;
}
