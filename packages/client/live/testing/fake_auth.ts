/** Auth of a project: signs in, renews, revokes. Its tokens are JWTs that nobody signed. */
import type { FakeClock } from "./fake_clock.ts";

export interface FakeAuth {
  /** How long a token lasts, seconds. */
  lifetime: number;
  signIn(userId: string): Record<string, unknown>;
  /** The next session for a refresh token; null: it is refused. */
  renew(refreshToken: string): Record<string, unknown> | null;
  /** Ends all sessions of a user: tokens that are out stay valid until they expire, as on hosted projects. */
  revoke(userId: string): void;
  /** Whether the server takes a token now, and whose it is. */
  userOf(token: unknown): string | null;
  expiryOf(token: string): number;
}

export function fakeAuth(clock: FakeClock): FakeAuth {
  const sessions = new Map<string, string>();
  let serial = 0;
  const self: FakeAuth = {
    lifetime: 3_600,
    signIn(userId) {
      const refresh_token = `refresh-${++serial}`;
      sessions.set(refresh_token, userId);
      const expires_at = Math.floor(clock.now() / 1000) + self.lifetime;
      return {
        access_token: tokenFor({ sub: userId, exp: expires_at, jti: serial }),
        refresh_token,
        token_type: "bearer",
        expires_in: self.lifetime,
        expires_at,
        user: { id: userId, aud: "authenticated", app_metadata: {}, user_metadata: {}, created_at: "" },
      };
    },
    renew(refreshToken) {
      const userId = sessions.get(refreshToken);
      if (userId === undefined) return null;
      sessions.delete(refreshToken);
      return self.signIn(userId);
    },
    revoke(userId) {
      for (const [token, owner] of sessions) if (owner === userId) sessions.delete(token);
    },
    userOf(token) {
      if (typeof token !== "string" || !token.startsWith("e.")) return null;
      const { sub, exp } = read(token);
      return exp * 1000 > clock.now() ? sub : null;
    },
    expiryOf: (token) => read(token).exp * 1000,
  };
  return self;
}

/** A token with these claims. */
export function tokenFor(claims: Record<string, unknown>): string {
  const body = btoa(JSON.stringify(claims)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `e.${body}.s`;
}

function read(token: string): { sub: string; exp: number } {
  return JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));
}
