/** What TikTok says beside its answers: `error` of every call, and the errors of OAuth 2. */
import { z } from "zod";
import { looseText } from "../../providers/kit/fields.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";

/** What was said, as far as anything was. */
export interface TikTokProblem {
  /** `ok` where all went well; null where nothing is said. */
  code: string | null;
  /** For people. */
  message: string | null;
  /** The code of OAuth 2: `invalid_grant`, … */
  oauth: string | null;
  /** It is no answer of TikTok's API but somebody's page between. */
  isPage: boolean;
}

const code = z.union([z.string().min(1), z.number().int().transform(String)]).nullish().catch(null);
const said = z.looseObject({ code, message: looseText });
const body = z.looseObject({
  error: z.union([said, z.string().min(1)]).nullish().catch(null),
  error_description: looseText,
  message: looseText,
});

/** Reads an answer, as it is kept: without tokens. Never throws. Pure. */
export function problemOf({ body: whole, raw }: Pick<PlatformAnswer, "body" | "raw">): TikTokProblem {
  const read = body.safeParse(raw).data;
  const error = read?.error;
  const isOAuth = typeof error === "string";
  return {
    code: isOAuth ? null : error?.code ?? null,
    message: (isOAuth ? read?.error_description : error?.message) ?? read?.message ?? null,
    oauth: isOAuth ? error : null,
    isPage: whole === undefined && raw !== "",
  };
}
