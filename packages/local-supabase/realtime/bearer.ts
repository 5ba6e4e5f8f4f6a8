/**
 * The tokens that clients present on a channel: API keys and access tokens, and what hosted Realtime says of bad
 * ones. Source: github.com/supabase/realtime, lib/realtime_web/channels/auth and realtime_channel.ex.
 */
import { decodeProtectedHeader, errors } from "jose";
import type { Claims, Tokens } from "../tokens.ts";

/** The claims of a good token, or what to say of a bad one: `code` names the kind for a refused join. */
export type Verdict = { ok: true; claims: Claims } | { ok: false; code: string; message: string };

/** Verifies `token`. */
export async function verdictOn(token: string, tokens: Tokens): Promise<Verdict> {
  const refused = (code: string, message: string): Verdict => ({ ok: false, code, message });
  try {
    const claims = await tokens.verify(token);
    if (typeof claims.exp === "number" || tokens.apiKeyClaims(token)) return { ok: true, claims };
    return refused("InvalidJWTToken", "Fields `role` and `exp` are required in JWT");
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      return refused("InvalidJWTToken", expiredMessage(error.payload.exp ?? 0));
    }
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      return refused("JwtSignatureError", "Failed to validate JWT signature");
    }
    if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSEAlgNotAllowed) {
      const kid = `key ID (kid) ${JSON.stringify(decodeProtectedHeader(token).kid ?? null)}`;
      const advice = "check your JWT secret or JWKS configuration";
      return refused("JwtSignerError", `Failed to generate JWT signer for ${kid}, ${advice}`);
    }
    return refused("MalformedJWT", "The token provided is not a valid JWT");
  }
}

/** Of a token that expired at `exp` (seconds since the epoch). */
export function expiredMessage(exp: number): string {
  return `Token has expired ${Math.max(0, Math.floor(Date.now() / 1000) - exp)} seconds ago`;
}
