/** For tests: the function `connections` with a platform that signs in whoever comes, and a project behind it. */
import { fakeSupabase } from "../_shared/engine/fake_supabase.ts";
import { signedIn, USER_ID } from "../_shared/http/caller_fixture.ts";
import type { Platform, PlatformAccount, Tokens } from "../_shared/platforms/platform.ts";
import { connectionsApp } from "./connections_app.ts";

export const ID = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
export const CHOICE_ID = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4f";
export const REDIRECT_TO = "https://app.example/connections?tab=2";
export const TOKENS: Tokens = {
  accessToken: "access-1",
  refreshToken: "refresh-1",
  expiresIn: 7200,
  refreshExpiresIn: null,
  scopes: ["tweet.write"],
};
/** Far enough away to be nothing that was looked at just now, and near enough not to be stale. */
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export function row(change: Record<string, unknown> = {}) {
  return {
    id: ID,
    platform: "x",
    external_id: "1001",
    display_name: "@ana",
    avatar_url: null,
    scopes: ["tweet.write"],
    state: "live",
    state_code: null,
    state_message: null,
    expires_at: null,
    held_until: null,
    checked_at: minutesAgo(2),
    created_at: minutesAgo(60),
    updated_at: minutesAgo(60),
    ...change,
  };
}

export function account(externalId: string, change: Partial<PlatformAccount> = {}): PlatformAccount {
  return { externalId, displayName: `@${externalId}`, avatarUrl: null, of: null, settings: {}, ...change };
}

/** What the platform does, as a test has it. */
export interface Script {
  accounts: PlatformAccount[][];
  usesPkce: boolean;
  refreshIsSingleUse: boolean;
  exchange: (got: { code: string; redirectUri: string; verifier?: string }) => Promise<Tokens>;
  limits: () => Promise<unknown>;
  /** Absent: the platform leaves nothing to choose. */
  creator?: () => Promise<unknown>;
}

export function connectionsApi() {
  const project = fakeSupabase();
  const headersOf = signedIn();
  const script: Script = {} as Script;
  const limit = { used: 1, total: 10, windowSeconds: 60, resetsAt: null, source: "platform" };
  const oauth = {
    scopes: ["tweet.write"],
    refreshAheadSeconds: 60,
    get usesPkce() {
      return script.usesPkce;
    },
    get refreshIsSingleUse() {
      return script.refreshIsSingleUse;
    },
    authorizeUrl: (_: unknown, ask: Record<string, string>) =>
      new URL(`https://platform.example/authorize?${new URLSearchParams(ask)}`),
    exchange: (_: unknown, got: Parameters<Script["exchange"]>[0]) => script.exchange(got),
    accounts: (_app: unknown, _tokens: unknown, cursor = "0") => {
      const page = Number(cursor);
      const nextCursor = page + 1 < script.accounts.length ? String(page + 1) : null;
      return Promise.resolve({ accounts: script.accounts[page] ?? [], nextCursor });
    },
  };
  const platform = {
    name: "x",
    oauth,
    limits: () => script.limits(),
    get creator() {
      return script.creator;
    },
  } as unknown as Platform;
  const app = connectionsApp({
    platformNamed: (name) => name === "x" ? platform : null,
    sleep: () => Promise.resolve(),
  });
  Deno.test.beforeEach(() => {
    Object.assign(script, {
      accounts: [[account("1001")]],
      usesPkce: true,
      refreshIsSingleUse: true,
      exchange: () => Promise.resolve(TOKENS),
      limits: () => Promise.resolve(limit),
      creator: undefined,
    });
    Object.assign(project.answers, {
      platform_app: { platform: "x", clientId: "client", clientSecret: "s", apiVersion: null, settings: {} },
      start_connection: "2026-11-27T03:10:00+00:00",
      take_connection_start: { user_id: USER_ID, platform: "x", verifier: "v", redirect_to: REDIRECT_TO },
      save_choice: CHOICE_ID,
      open_choice: { platform: "x", tokens: { ...TOKENS, at: Date.now() - 100_000 } },
      save_connection: row(),
      list_connections: [],
      disconnect: row({ state: "revoked", state_code: "disconnected" }),
      connection_checked: null,
      connection_refused: null,
      connection_tokens: {
        access_token: "access-1",
        expires_at: null,
        state: "live",
        platform: "x",
        external_id: "1001",
        display_name: null,
        settings: {},
        scopes: [],
      },
    });
  });
  const call = async (route: string, body?: unknown, claims: Record<string, unknown> | null = {}) => {
    const [method = "", path = ""] = route.split(" ");
    const headers = claims ? await headersOf(claims) : { apikey: "sb_publishable_test" };
    const response = await app.fetch(
      new Request(`http://functions.example/connections${path}`, {
        method,
        headers,
        ...body === undefined ? {} : { body: JSON.stringify(body) },
      }),
    );
    const text = await response.text();
    const json = text.startsWith("{") ? JSON.parse(text) : {};
    return { status: response.status, headers: response.headers, body: json, code: json.error?.code };
  };
  return { project, script, call };
}
