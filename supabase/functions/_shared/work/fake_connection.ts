/** For tests: one connection as the database keeps it, with the rules of a refresh (see the connections room). */
import type { FakeSupabase } from "../engine/fake_supabase.ts";
import { refusal } from "../engine/fake_supabase.ts";
import { type Platform, PlatformError, type Tokens } from "../platforms/platform.ts";

export const CONNECTION_ID = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
export const CLAIM = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4e";

export interface FakeConnection {
  accessToken: string;
  refreshToken: string | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
  state: string;
  claimed: boolean;
}

/** Has the project answer for one connection at X whose access has ended a minute ago. */
export function fakeConnection(project: FakeSupabase, change: Partial<FakeConnection> = {}): FakeConnection {
  const it: FakeConnection = {
    accessToken: "access-1",
    refreshToken: "refresh-1",
    expiresAt: Date.now() - 60_000,
    state: "live",
    claimed: false,
    ...change,
  };
  const at = () => new Date(it.expiresAt).toISOString();
  project.answers.connection_tokens = () =>
    it.state === "revoked" ? refusal(409, "connection_revoked", "It was ended.") : {
      access_token: it.accessToken,
      expires_at: at(),
      state: it.state,
      platform: "x",
      external_id: "1001",
      display_name: "@ana",
      settings: {},
      scopes: ["tweet.write"],
    };
  project.answers.claim_refresh = ({ p_refused_access_token }) => {
    if (it.state === "revoked") return { verdict: "gone" };
    if (p_refused_access_token !== it.accessToken) {
      return { verdict: "fresh", access_token: it.accessToken, expires_at: at() };
    }
    if (it.state === "reconnect_needed") return { verdict: "reconnect_needed" };
    if (it.claimed) return { verdict: "wait", seconds: 30 };
    it.claimed = true;
    return {
      verdict: "claimed",
      claim: CLAIM,
      access_token: it.accessToken,
      refresh_token: it.refreshToken,
    };
  };
  project.answers.refreshed = ({ p_tokens }) => {
    const tokens = p_tokens as { access_token: string; refresh_token: string | null; expires_in: number };
    it.accessToken = tokens.access_token;
    it.refreshToken = tokens.refresh_token || it.refreshToken;
    it.expiresAt = Date.now() + tokens.expires_in * 1000;
    it.claimed = false;
    return true;
  };
  project.answers.refresh_failed = ({ p_is_final }) => {
    it.claimed = false;
    if (p_is_final) it.state = "reconnect_needed";
    return true;
  };
  project.answers.platform_app = {
    platform: "x",
    clientId: "client",
    clientSecret: "secret",
    apiVersion: null,
    settings: {},
  };
  return it;
}

/** A platform whose refresh tokens can be used once, as it tells them apart; `trouble` is thrown in place of an answer. */
export function singleUsePlatform(trouble: { next: unknown[] } = { next: [] }) {
  const spent: (string | null)[] = [];
  const refresh = async (
    _app: unknown,
    { refreshToken }: { refreshToken: string | null },
  ): Promise<Tokens> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const thrown = trouble.next.shift();
    if (thrown !== undefined) throw thrown;
    if (spent.includes(refreshToken)) throw platformError("reconnect", "invalid_grant");
    spent.push(refreshToken);
    const n = Number(refreshToken?.split("-")[1] ?? 0) + 1;
    return {
      accessToken: `access-${n}`,
      refreshToken: `refresh-${n}`,
      expiresIn: 7200,
      refreshExpiresIn: null,
      scopes: null,
    };
  };
  const platform = { name: "x", oauth: { refreshAheadSeconds: 60, refresh } } as unknown as Platform;
  return { platform, spent };
}

/** A failure of the platform's. */
export function platformError(
  failureClass: "reconnect" | "wait" | "backoff",
  code: string,
  retryAfterMs?: number,
) {
  return new PlatformError({
    class: failureClass,
    scope: "connection",
    code,
    message: `It says ${code} of access-1`,
    ...retryAfterMs === undefined ? {} : { retryAfterMs },
  });
}
