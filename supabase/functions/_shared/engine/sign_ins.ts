/** Signing in at a platform, as the database knows it: who has set out, who may choose, and the connection that comes of it. */
import { z } from "zod";
import {
  type Connection,
  connection,
  type ShownConnection,
  shownConnection,
} from "../../../../shared/rows/connection.ts";
import { type PlatformName, PLATFORMS } from "../../../../shared/words/platforms.ts";
import { type GivenTokens, storedTokens } from "./connections.ts";
import { callWorker } from "./publication_call.ts";

const platformApp = z.object({
  platform: z.enum(PLATFORMS),
  clientId: z.string(),
  clientSecret: z.string(),
  apiVersion: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
});

/** The operator's registration at a platform, and how it is reached. */
export type App = z.infer<typeof platformApp>;

/** What a sign-in gave. `scopes`: null where the platform did not say. */
type SignInTokens = GivenTokens & { scopes: string[] | null };

/** The operator's app at a platform. Throws 404 unknown_platform, 503 misconfigured when there is none. */
export async function appAt(platform: string): Promise<App> {
  return platformApp.parse(await callWorker("platform_app", { p_platform: platform }));
}

/** A user sets out. Returns until when, ISO 8601. Throws 422 redirect_not_allowed, 404 unknown_platform. */
export async function startSignIn(
  start: { userId: string; platform: PlatformName; stateHash: string; verifier: string; redirectTo: string },
): Promise<string> {
  return z.string().parse(
    await callWorker("start_connection", {
      p_user_id: start.userId,
      p_platform: start.platform,
      p_state_hash: start.stateHash,
      p_verifier: start.verifier,
      p_redirect_to: start.redirectTo,
    }),
  );
}

const signIn = z.object({
  user_id: z.guid(),
  platform: z.enum(PLATFORMS),
  verifier: z.string(),
  redirect_to: z.url(),
});
export type SignIn = z.infer<typeof signIn>;

/** Who has come back, once. Throws 422 invalid_state. */
export async function takeSignIn(stateHash: string): Promise<SignIn> {
  return signIn.parse(await callWorker("take_connection_start", { p_state_hash: stateHash }));
}

/** What a sign-in gave, while its user is to say which account is meant. Times are as of `at`. */
const keptTokens = z.object({
  accessToken: z.string(),
  refreshToken: z.string().nullable(),
  expiresIn: z.number().nullable(),
  refreshExpiresIn: z.number().nullable(),
  scopes: z.array(z.string()).nullable(),
  /** Milliseconds since 1970. */
  at: z.number(),
});

/** Keeps what a sign-in gave, for an hour. Returns the choice's id. */
export async function saveChoice(
  userId: string,
  platform: PlatformName,
  tokens: SignInTokens,
): Promise<string> {
  const kept: z.infer<typeof keptTokens> = { ...tokens, at: Date.now() };
  return z.guid().parse(
    await callWorker("save_choice", { p_user_id: userId, p_platform: platform, p_tokens: kept }),
  );
}

const choice = z.object({ platform: z.enum(PLATFORMS), tokens: keptTokens });

/** What was kept for this user; `take`: for the last time. Throws 410 choice_expired. */
export async function openChoice(
  id: string,
  userId: string,
  { take = false }: { take?: boolean } = {},
): Promise<{ platform: PlatformName; tokens: SignInTokens }> {
  const { platform, tokens: { at, ...tokens } } = choice.parse(
    await callWorker("open_choice", { p_choice_id: id, p_user_id: userId, ...take ? { p_take: true } : {} }),
  );
  const passed = Math.max(0, Math.round((Date.now() - at) / 1000));
  const left = (seconds: number | null) => seconds === null ? null : Math.max(0, seconds - passed);
  return {
    platform,
    tokens: { ...tokens, expiresIn: left(tokens.expiresIn), refreshExpiresIn: left(tokens.refreshExpiresIn) },
  };
}

/** An account is meant: makes the connection, or connects it anew. */
export async function saveConnection(
  userId: string,
  platform: PlatformName,
  account: {
    externalId: string;
    displayName: string | null;
    avatarUrl: string | null;
    settings: Record<string, unknown>;
    /** Where it has tokens of its own. */
    tokens?: GivenTokens;
  },
  tokens: SignInTokens,
): Promise<Connection> {
  return connection.parse(
    await callWorker("save_connection", {
      p_user_id: userId,
      p_platform: platform,
      p_account: {
        external_id: account.externalId,
        display_name: account.displayName,
        avatar_url: account.avatarUrl,
        scopes: tokens.scopes,
        settings: account.settings,
      },
      p_tokens: storedTokens(account.tokens ?? tokens),
    }),
  );
}

/** A user's connections, with what may still be posted with each, as far as is known. */
export async function connectionsOf(userId: string): Promise<ShownConnection[]> {
  return z.array(shownConnection).parse(await callWorker("list_connections", { p_user_id: userId }) ?? []);
}

/** A user ends a connection. Throws 404 connection_not_found. */
export async function disconnect(connectionId: string, userId: string): Promise<Connection> {
  return connection.parse(
    await callWorker("disconnect", { p_connection_id: connectionId, p_user_id: userId }),
  );
}
