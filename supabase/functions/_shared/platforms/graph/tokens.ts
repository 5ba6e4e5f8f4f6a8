/** Tokens as Meta's sign-ins answer them. */
import { z } from "zod";
import { malformedAnswer } from "../kit/failures.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { PlatformError, type Tokens } from "../platform.ts";

const seconds = z.union([z.number(), z.string().regex(/^\d{1,12}$/).transform(Number)])
  .pipe(z.number().positive()).nullable().catch(null);
const granted = z.union([
  z.array(z.string()),
  z.string().transform((text) => text.split(",").map((scope) => scope.trim()).filter(Boolean)),
]).nullable().catch(null);
const token = z.looseObject({ access_token: z.string().min(1), expires_in: seconds, permissions: granted });
// Instagram's own sign-in was seen to answer either way.
const answer = z.union([
  token,
  z.looseObject({ data: z.tuple([token], z.unknown()) }).transform(({ data: [one] }) => one),
]);

/** The tokens in an answer that is a success. Throws PlatformError where there are none. Pure. */
export function tokensIn({ body, raw }: PlatformAnswer, name: string): Tokens {
  const { data } = answer.safeParse(body);
  if (!data) throw malformedAnswer(`${name} gave no token`, raw);
  const { access_token, expires_in, permissions } = data;
  return {
    accessToken: access_token,
    // There are none: an access token is renewed with itself.
    refreshToken: null,
    expiresIn: expires_in,
    refreshExpiresIn: null,
    scopes: permissions,
  };
}

/**
 * Of a refresh: only what says that the access is gone is final. Another refusal is none of the connection's end: a token
 * that is not yet a day old is refused as well, and is good.
 */
export function whyNotRenewed(error: unknown): unknown {
  if (!(error instanceof PlatformError) || error.failure.class !== "never") return error;
  return new PlatformError({ ...error.failure, class: "backoff", scope: "connection" });
}
