/** Signing in with Instagram itself: one account, without a page. */
import { z } from "zod";
import { givenId, looseText } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import type { PlatformAccount, PlatformApp, Tokens } from "../platform.ts";
import { exchangeAtOwn } from "../graph/own_sign_in.ts";
import { askForTokens, askGraph, instagramGraph } from "./graph.ts";
import { graphHostOf, instagramTokensOf } from "./login.ts";

/** Trades a code for a token that lives about sixty days: the one that comes first lives an hour. */
export async function exchangeWithInstagram(
  app: PlatformApp,
  got: { code: string; redirectUri: string },
): Promise<Tokens> {
  return await exchangeAtOwn(
    {
      dialect: instagramGraph,
      codesAt: instagramTokensOf(app),
      tokensAt: graphHostOf(app),
      grantType: "ig_exchange_token",
    },
    app,
    got,
  );
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
