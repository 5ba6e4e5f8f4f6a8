/** What a token says of itself. It is read, not verified: the server does that. */

export interface TokenClaims {
  /** The user's id; undefined: the token is no user's. */
  readonly sub: string | undefined;
  /** When it expires, milliseconds since 1970; undefined: it does not say. */
  readonly expiresAt: number | undefined;
}

const NONE: TokenClaims = { sub: undefined, expiresAt: undefined };

/** The claims of a JWT; of anything else, none. */
export function claimsOf(token: string): TokenClaims {
  const [, body] = token.split(".");
  if (!body) return NONE;
  try {
    const bytes = Uint8Array.from(
      atob(body.replaceAll("-", "+").replaceAll("_", "/")),
      (c) => c.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims !== "object" || claims === null) return NONE;
    const { sub, exp } = claims as { sub?: unknown; exp?: unknown };
    return {
      sub: typeof sub === "string" && sub !== "" ? sub : undefined,
      expiresAt: typeof exp === "number" && Number.isFinite(exp) ? exp * 1000 : undefined,
    };
  } catch {
    return NONE;
  }
}
