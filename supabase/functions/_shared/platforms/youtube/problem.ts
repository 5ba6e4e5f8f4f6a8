/** What Google says when it refuses: an error of its APIs, or one of OAuth 2. */
import { z } from "zod";
import { looseText } from "../../providers/kit/fields.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";

/** An error as far as it says anything. */
export interface YouTubeProblem {
  /** The first of `error.errors`: `quotaExceeded`, … */
  reason: string | null;
  /** `error.status`: `PERMISSION_DENIED`, … */
  status: string | null;
  /** Of the ErrorInfo in `error.details`: `ACCESS_TOKEN_SCOPE_INSUFFICIENT`, … */
  detail: string | null;
  /** The limit that ErrorInfo names: `VideoInsertsPerDayPerProject`, … */
  limit: string | null;
  /** Why, in Google's words. */
  message: string | null;
  /** The code of OAuth 2: `invalid_grant`, … */
  oauth: string | null;
  /** It is no answer of an API but somebody's page between. */
  isPage: boolean;
}

const reasons = z.array(z.looseObject({ reason: looseText, message: looseText })).catch([]).default([]);
const details = z.array(z.looseObject({
  reason: looseText,
  metadata: z.looseObject({ quota_limit: looseText }).nullish().catch(null),
})).catch([]).default([]);
const inner = z.looseObject({ message: looseText, status: looseText, errors: reasons, details });
const body = z.looseObject({
  error: z.union([inner, z.string().min(1)]).nullish().catch(null),
  error_description: looseText,
});

/** Reads an answer that is an error, as it is kept: without tokens. Never throws. Pure. */
export function problemOf({ body: whole, raw }: Pick<PlatformAnswer, "body" | "raw">): YouTubeProblem {
  const { error, error_description } = body.safeParse(raw).data ?? {};
  const isPage = whole === undefined && raw !== "";
  const none = { reason: null, status: null, detail: null, limit: null };
  if (typeof error === "string") {
    return { ...none, message: error_description ?? error, oauth: error, isPage };
  }
  if (!error) return { ...none, message: error_description ?? null, oauth: null, isPage };
  const info = error.details.find(({ reason }) => reason);
  return {
    reason: error.errors.find(({ reason }) => reason)?.reason ?? null,
    status: error.status ?? null,
    detail: info?.reason ?? null,
    limit: info?.metadata?.quota_limit ?? null,
    message: plain(error.message ?? error.errors[0]?.message ?? null),
    oauth: null,
    isPage,
  };
}

/** Google's words have links in them. */
function plain(message: string | null): string | null {
  const text = message?.slice(0, 2_000).replace(/<[^<>]{0,500}>/g, "").trim();
  return text || null;
}
