/**
 * Who is calling, decided the same way by every service: a bearer token if there is one (an `sb_` key in that
 * place only repeats the API key), else the `apikey` header or query parameter.
 */
import type { Claims, Tokens } from "./tokens.ts";

/** The caller's claims, or the reason there are none. */
export type Caller =
  | { ok: true; claims: Claims }
  | { ok: false; reason: "no_api_key" | "bad_api_key" | "expired" | "bad_token" };

/** Reads `apikey` and `Authorization` of `request`. Needs a valid API key unless the bearer token is enough (`requireApiKey: false`). */
export async function callerOf(
  request: Request,
  tokens: Tokens,
  { requireApiKey = true } = {},
): Promise<Caller> {
  const apiKey = request.headers.get("apikey") ?? new URL(request.url).searchParams.get("apikey");
  const bearer = request.headers.get("authorization")?.match(/^Bearer\s+(.+)$/i)?.[1];
  const keyClaims = tokens.apiKeyClaims(apiKey) ?? (requireApiKey ? undefined : tokens.apiKeyClaims(bearer));
  if (apiKey && !keyClaims) return { ok: false, reason: "bad_api_key" };
  if (!keyClaims && requireApiKey) return { ok: false, reason: "no_api_key" };
  if (bearer && bearer !== apiKey && !bearer.startsWith("sb_")) {
    try {
      return { ok: true, claims: await tokens.verify(bearer) };
    } catch (error) {
      const expired = error instanceof Error && "code" in error && error.code === "ERR_JWT_EXPIRED";
      return { ok: false, reason: expired ? "expired" : "bad_token" };
    }
  }
  return { ok: true, claims: keyClaims ?? { role: "anon" } };
}
