/** Signing in with Google: OAuth 2 with PKCE. The refresh token stays the same (docs/platforms/youtube.md#signing-in). */
import { z } from "zod";
import { YOUTUBE_SCOPES } from "../../../../../shared/publishing/youtube_rules.ts";
import { givenId, looseText } from "../../providers/kit/fields.ts";
import { grantGone, malformedAnswer } from "../kit/failures.ts";
import { pkceOf, signInPage } from "../kit/sign_in_page.ts";
import type { PlatformAccount, PlatformOAuth } from "../platform.ts";
import { askYouTube, siteOf } from "./address.ts";
import { failureOf } from "./failures.ts";
import { askForTokens, tokenFailure, tokensOf } from "./token_calls.ts";

/** An access lives an hour; so long before its end it is renewed. */
const AHEAD_SECONDS = 5 * 60;
const PAGE = 50;

const channel = z.looseObject({
  id: givenId,
  snippet: z.looseObject({
    title: looseText,
    customUrl: looseText,
    thumbnails: z.looseObject({ default: z.looseObject({ url: z.url() }) }).nullish().catch(null),
  }).nullish().catch(null),
});
const channels = z.looseObject({ items: z.array(z.unknown()).default([]), nextPageToken: looseText });

export const youtubeOAuth: PlatformOAuth = {
  scopes: YOUTUBE_SCOPES,
  usesPkce: true,
  refreshIsSingleUse: false,
  refreshAheadSeconds: AHEAD_SECONDS,

  authorizeUrl(app, { state, redirectUri, challenge }) {
    return signInPage(`${siteOf(app)}/o/oauth2/v2/auth`, {
      response_type: "code",
      client_id: app.clientId,
      redirect_uri: redirectUri,
      scope: YOUTUBE_SCOPES.join(" "),
      state,
      // Google gives a refresh token only where it asks, and only to those who ask for it.
      access_type: "offline",
      prompt: "consent",
      ...pkceOf(challenge),
    });
  },

  async exchange(app, { code, redirectUri, verifier }) {
    const form = {
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri,
      client_id: app.clientId,
      client_secret: app.clientSecret,
      code_verifier: verifier,
    };
    const answer = await askForTokens(app, "/token", form, [code, verifier]);
    if (answer.status !== 200) throw tokenFailure(answer, "sign-in");
    return tokensOf(answer);
  },

  async accounts(app, { accessToken }, cursor) {
    const query = { part: "snippet", mine: "true", maxResults: PAGE, pageToken: cursor };
    const answer = await askYouTube(app, accessToken, { path: "/youtube/v3/channels", query });
    if (answer.status !== 200) {
      const error = failureOf(answer, "read");
      // Who has no channel has nothing to publish to, and is told so.
      if (error.failure.code === "youtubeSignupRequired") return { accounts: [], nextCursor: null };
      throw error;
    }
    const found = channelsIn(answer.body);
    if (!found) throw malformedAnswer("YouTube named no channels", answer.raw);
    return found;
  },

  async refresh(app, { refreshToken }) {
    if (!refreshToken) throw grantGone("Google gave no refresh token: the channel has to be connected again");
    const form = {
      grant_type: "refresh_token",
      refresh_token: refreshToken,
      client_id: app.clientId,
      client_secret: app.clientSecret,
    };
    const answer = await askForTokens(app, "/token", form, [refreshToken]);
    if (answer.status !== 200) throw tokenFailure(answer, "refresh");
    return tokensOf(answer);
  },

  async revoke(app, { accessToken, refreshToken }) {
    // Either ends the whole grant; the access token may be over already, and is none then.
    const token = refreshToken || accessToken;
    const answer = await askForTokens(app, "/revoke", { token }, [token]);
    // Google knows no such token any more.
    const isGone = answer.status === 400 && answer.body !== undefined;
    if (answer.status !== 200 && !isGone) throw tokenFailure(answer, "revocation");
  },
};

/** The channels in an answer, and where it goes on; null where it is no list. Pure; never throws. */
export function channelsIn(body: unknown): { accounts: PlatformAccount[]; nextCursor: string | null } | null {
  const { data } = channels.safeParse(body);
  if (!data) return null;
  const accounts = data.items.flatMap((one): PlatformAccount[] => {
    const read = channel.safeParse(one).data;
    if (!read) return [];
    const { id, snippet } = read;
    return [{
      externalId: id,
      displayName: snippet?.title ?? snippet?.customUrl ?? null,
      avatarUrl: snippet?.thumbnails?.default.url ?? null,
      of: null,
      settings: {},
    }];
  });
  return { accounts, nextCursor: data.nextPageToken ?? null };
}
