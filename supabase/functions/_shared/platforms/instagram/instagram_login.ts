/** Signing in with Instagram itself: one account, without a page. */
import { z } from "zod";
import { givenId, looseText } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import type { PlatformAccount, PlatformApp, Tokens } from "../platform.ts";
import { askForTokens, askGraph } from "./graph.ts";
import { graphHostOf, instagramTokensOf } from "./login.ts";

/** Trades a code for a token that lives about sixty days: the one that comes first lives an hour. */
export async function exchangeWithInstagram(
  app: PlatformApp,
  { code, redirectUri }: { code: string; redirectUri: string },
): Promise<Tokens> {
  const { clientId, clientSecret } = app;
  // It was seen with what a browser keeps for itself.
  const bare = code.endsWith("#_") ? code.slice(0, -2) : code;
  const short = await askForTokens(app, {
    url: `${instagramTokensOf(app)}/oauth/access_token`,
    form: {
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: "authorization_code",
      redirect_uri: redirectUri,
      code: bare,
    },
    secrets: [bare],
  });
  const long = await askForTokens(app, {
    // These two addresses have no version.
    url: `${graphHostOf(app)}/access_token`,
    query: {
      grant_type: "ig_exchange_token",
      client_secret: clientSecret,
      access_token: short.accessToken,
    },
    secrets: [short.accessToken],
  });
  return { ...long, scopes: long.scopes ?? short.scopes };
}

/** Renews a token that is good, and a day old or older. */
export async function refreshWithInstagram(app: PlatformApp, accessToken: string): Promise<Tokens> {
  return await askForTokens(app, {
    url: `${graphHostOf(app)}/refresh_access_token`,
    query: { grant_type: "ig_refresh_token", access_token: accessToken },
    secrets: [accessToken],
  });
}

const me = z.looseObject({
  user_id: givenId,
  username: looseText,
  name: looseText,
  profile_picture_url: looseText,
});

/** The account that signed in. */
export async function accountsWithInstagram(app: PlatformApp, accessToken: string) {
  const query = { fields: "user_id,username,name,profile_picture_url" };
  const { body, raw } = await askGraph({ app, accessToken }, "/me", { query });
  const account = accountIn(body);
  if (!account) throw malformedAnswer("Instagram did not say who signed in", raw);
  return { accounts: [account], nextCursor: null };
}

/** The account in an answer; null where there is none. Pure; never throws. */
export function accountIn(body: unknown): PlatformAccount | null {
  const { data } = me.safeParse(body);
  if (!data) return null;
  return {
    externalId: data.user_id,
    displayName: data.username ?? data.name ?? null,
    avatarUrl: data.profile_picture_url ?? null,
    of: null,
    settings: {},
  };
}
