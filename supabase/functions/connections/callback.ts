/**
 * `GET /connections/:platform/callback`: a browser comes back from a platform, and is sent on to the app.
 *
 * The state says who set out, not who has come back: anybody can be sent to the platform with the address that somebody
 * else was given, and would connect their account to that one's user. So an account that is new to the user is connected
 * only when they say so, signed in, at the app (`choice`); one that they have connected before is renewed at once.
 */
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { PlatformName } from "../../../shared/words/platforms.ts";
import {
  appAt,
  connectionsOf,
  saveChoice,
  saveConnection,
  type SignIn,
  takeSignIn,
} from "../_shared/engine/sign_ins.ts";
import {
  type Platform,
  type PlatformAccount,
  PlatformError,
  type Tokens,
} from "../_shared/platforms/platform.ts";
import { errorWithoutTokens } from "../_shared/platforms/kit/without_tokens.ts";
import { background } from "../_shared/runtime/background.ts";
import { logError } from "../_shared/runtime/log.ts";
import { drainLane } from "../_shared/work/drain_later.ts";
import type { ConnectionsContext } from "./env.ts";
import { callbackAt, platformAt } from "./platform_at.ts";
import { stateHash } from "./sign_in_secrets.ts";
import { PUBLICATION_LANE } from "./publication_lane.ts";

/** Answers 303 to where the sign-in began, with `connection`, `choice` or `error`. Error: 422 invalid_state. */
export async function comeBack(context: ConnectionsContext): Promise<Response> {
  context.header("Cache-Control", "no-store");
  context.header("Referrer-Policy", "no-referrer");
  const { state = "", code = "", error } = context.req.query();
  const signIn = await takeSignIn(await stateHash(state));
  const back = new URL(signIn.redirect_to);
  const came = code === "" || error !== undefined
    ? { error: "sign_in_refused" }
    : await tryTo(context, signIn, code);
  for (const [name, value] of Object.entries(came)) back.searchParams.set(name, value);
  return context.redirect(back.href, 303);
}

type Came = { connection: string } | { choice: string } | { error: string };

async function tryTo(context: ConnectionsContext, signIn: SignIn, code: string): Promise<Came> {
  try {
    const platform = platformAt(context, context.req.param("platform"));
    if (platform.name !== signIn.platform) throw new EsteiraError("invalid_state", "It began elsewhere.");
    return await signedIn(platform, signIn, code);
  } catch (error) {
    const shown = error instanceof PlatformError ? errorWithoutTokens(error, [code, signIn.verifier]) : error;
    logError("connections", shown, { platform: signIn.platform });
    return { error: codeOf(error) };
  }
}

async function signedIn(platform: Platform, signIn: SignIn, code: string): Promise<Came> {
  const app = await appAt(platform.name);
  const tokens = await platform.oauth.exchange(app, {
    code,
    redirectUri: callbackAt(platform.name),
    ...platform.oauth.usesPkce ? { verifier: signIn.verifier } : {},
  });
  const granted = { ...tokens, scopes: tokens.scopes ?? [...platform.oauth.scopes] };
  const { accounts, nextCursor } = await platform.oauth.accounts(app, granted);
  if (accounts.length === 0 && nextCursor === null) return { error: "no_accounts" };
  const connected = await renewConnected(signIn.user_id, platform.name, accounts, granted);
  const [first] = connected;
  if (first !== undefined && connected.length === accounts.length && nextCursor === null) {
    return { connection: first };
  }
  return { choice: await saveChoice(signIn.user_id, platform.name, granted) };
}

/** Connects those anew that the user has connected before. Returns their connections. */
async function renewConnected(
  userId: string,
  platform: PlatformName,
  accounts: readonly PlatformAccount[],
  tokens: Tokens,
): Promise<string[]> {
  const known = (await connectionsOf(userId)).filter((one) =>
    one.platform === platform && one.state !== "revoked"
  );
  const before = accounts.filter(({ externalId }) =>
    known.some(({ external_id }) => external_id === externalId)
  );
  const ids: string[] = [];
  for (const account of before) ids.push((await saveConnection(userId, platform, account, tokens)).id);
  if (ids.length > 0) background("drain", drainLane(PUBLICATION_LANE));
  return ids;
}

/** What the app is told of a sign-in that came to nothing. */
function codeOf(error: unknown): string {
  if (error instanceof EsteiraError) return error.code;
  if (!(error instanceof PlatformError)) return "internal_error";
  return ["wait", "backoff", "pause"].includes(error.failure.class)
    ? "platform_unavailable"
    : "sign_in_refused";
}
