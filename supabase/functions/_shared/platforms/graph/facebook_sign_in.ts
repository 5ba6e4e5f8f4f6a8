/** What signing in with Facebook has in common, whatever is published to: tokens that live for about sixty days. */
import { z } from "zod";
import { type PlatformApp, PlatformError, type Tokens } from "../platform.ts";
import type { GraphDialect } from "./dialect.ts";

/** The platform that people sign in for: where its graph is, and how it is asked. */
export interface FacebookSignIn {
  dialect: GraphDialect;
  graphOf(app: PlatformApp): string;
}

/** Trades a code for a token that lives about sixty days: the one that comes first lives an hour. */
export async function exchangeWithFacebook(
  { dialect, graphOf }: FacebookSignIn,
  app: PlatformApp,
  { code, redirectUri }: { code: string; redirectUri: string },
): Promise<Tokens> {
  const { clientId, clientSecret } = app;
  const short = await dialect.askForTokens(app, {
    url: `${graphOf(app)}/oauth/access_token`,
    query: { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri, code },
    secrets: [code],
  });
  const tokens = await extendWithFacebook({ dialect, graphOf }, app, short.accessToken);
  return { ...tokens, scopes: await grantedTo(dialect, app, tokens.accessToken) };
}

/** Trades a token that still is good for one that lives about sixty days from now. */
export async function extendWithFacebook(
  { dialect, graphOf }: FacebookSignIn,
  app: PlatformApp,
  accessToken: string,
): Promise<Tokens> {
  const { clientId, clientSecret } = app;
  return await dialect.askForTokens(app, {
    url: `${graphOf(app)}/oauth/access_token`,
    query: {
      grant_type: "fb_exchange_token",
      client_id: clientId,
      client_secret: clientSecret,
      fb_exchange_token: accessToken,
    },
    secrets: [accessToken],
  });
}

const permission = z.looseObject({ permission: z.string(), status: z.string() });
const permissions = z.looseObject({ data: z.array(permission) });

/** What was granted, for a dialog lets people leave things out; null where Facebook does not tell. */
async function grantedTo(dialect: GraphDialect, app: PlatformApp, accessToken: string) {
  try {
    const { body } = await dialect.askGraph({ app, accessToken }, "/me/permissions");
    const { data } = permissions.safeParse(body);
    return data?.data.filter(({ status }) => status === "granted").map(({ permission }) => permission) ??
      null;
  } catch (error) {
    // Whoever has signed in is not sent away for this.
    if (error instanceof PlatformError && error.failure.class !== "pause") return null;
    throw error;
  }
}
