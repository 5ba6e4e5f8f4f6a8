/** Tokens as an OAuth 2 endpoint answers them, and why there are none. */
import { z } from "zod";
import { PlatformError, type Tokens } from "../platform.ts";
import { malformedAnswer } from "./failures.ts";
import type { PlatformAnswer } from "./platform_call.ts";

const seconds = z.number().int().positive().nullish().catch(null);
const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().nullish().catch(null),
  expires_in: seconds,
  // Either name: OAuth has none for it.
  refresh_expires_in: seconds,
  refresh_token_expires_in: seconds,
  scope: z.string().nullish().catch(null),
});

/**
 * The tokens in an answer that is a success; a refresh token that is not there, or empty, is none. `name`: who gives them.
 * Throws PlatformError where there are none.
 */
export function tokensIn({ body, raw }: PlatformAnswer, name: string): Tokens {
  const { data } = tokenAnswer.safeParse(body);
  if (!data) throw malformedAnswer(`${name} gave no access token`, raw);
  return {
    accessToken: data.access_token,
    refreshToken: data.refresh_token || null,
    expiresIn: data.expires_in ?? null,
    refreshExpiresIn: data.refresh_expires_in ?? data.refresh_token_expires_in ?? null,
    // OAuth has a blank between them; some write a comma.
    scopes: data.scope ? data.scope.split(/[,\s]+/).filter((word) => word !== "") : null,
  };
}

/** It is the app that is at fault: nobody can sign in, or renew an access, until the operator has mended that. */
export function appRefused(message: string, raw: unknown): PlatformError {
  return new PlatformError({ class: "pause", scope: "platform", code: "misconfigured", message, raw });
}

/** Whoever came back has not been let in. */
export function signInRefused(message: string, raw: unknown): PlatformError {
  return new PlatformError({ class: "never", scope: "connection", code: "sign_in_refused", message, raw });
}
