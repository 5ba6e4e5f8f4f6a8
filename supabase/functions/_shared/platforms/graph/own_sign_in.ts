/** Signing in at Instagram or Threads itself: a code is traded for a token of an hour, and that for one of sixty days. */
import type { PlatformApp, Tokens } from "../platform.ts";
import type { GraphDialect } from "./dialect.ts";

/** Where a platform trades, and by which word. Neither address has a version. */
export interface OwnSignIn {
  dialect: Pick<GraphDialect, "askForTokens">;
  /** Codes for tokens. */
  codesAt: string;
  /** Tokens for longer ones. */
  tokensAt: string;
  grantType: "ig_exchange_token" | "th_exchange_token";
}

/** Trades a code for a token that lives about sixty days. `scopes`: as either answer has them. */
export async function exchangeAtOwn(
  { dialect, codesAt, tokensAt, grantType }: OwnSignIn,
  app: PlatformApp,
  { code, redirectUri }: { code: string; redirectUri: string },
): Promise<Tokens> {
  const { clientId, clientSecret } = app;
  // It was seen with what a browser keeps for itself.
  const bare = code.endsWith("#_") ? code.slice(0, -2) : code;
  const short = await dialect.askForTokens(app, {
    url: `${codesAt}/oauth/access_token`,
    form: {
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: "authorization_code",
      redirect_uri: redirectUri,
      code: bare,
    },
    secrets: [bare],
  });
  const long = await dialect.askForTokens(app, {
    url: `${tokensAt}/access_token`,
    query: { grant_type: grantType, client_secret: clientSecret, access_token: short.accessToken },
    secrets: [short.accessToken],
  });
  return { ...long, scopes: long.scopes ?? short.scopes };
}
