/** Signing in with Facebook: an account of Instagram's belongs to a page, and a page to whoever manages it. */
import { z } from "zod";
import { givenId, looseText } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { type PlatformAccount, type PlatformApp, PlatformError, type Tokens } from "../platform.ts";
import { askGraph } from "./graph.ts";
import { graphOf } from "./login.ts";
import { askForTokens } from "./sign_in_tokens.ts";

const PAGE_SIZE = 50;
const FIELDS = "id,name,instagram_business_account{id,username,name,profile_picture_url}";

/** Trades a code for a token that lives about sixty days: the one that comes first lives an hour. */
export async function exchangeWithFacebook(
  app: PlatformApp,
  { code, redirectUri }: { code: string; redirectUri: string },
): Promise<Tokens> {
  const { clientId, clientSecret } = app;
  const short = await askForTokens(app, {
    url: `${graphOf(app)}/oauth/access_token`,
    query: { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri, code },
    secrets: [code],
  });
  const tokens = await extendWithFacebook(app, short.accessToken);
  return { ...tokens, scopes: await grantedTo(app, tokens.accessToken) };
}

/** Trades a token that still is good for one that lives about sixty days from now. */
export async function extendWithFacebook(app: PlatformApp, accessToken: string): Promise<Tokens> {
  const { clientId, clientSecret } = app;
  return await askForTokens(app, {
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
async function grantedTo(app: PlatformApp, accessToken: string): Promise<string[] | null> {
  try {
    const { body } = await askGraph({ app, accessToken }, "/me/permissions");
    const { data } = permissions.safeParse(body);
    return data?.data.filter(({ status }) => status === "granted").map(({ permission }) => permission) ??
      null;
  } catch (error) {
    // Whoever has signed in is not sent away for this.
    if (error instanceof PlatformError && error.failure.class !== "pause") return null;
    throw error;
  }
}

const business = z.looseObject({
  id: givenId,
  username: looseText,
  name: looseText,
  profile_picture_url: looseText,
});
const page = z.looseObject({
  id: givenId,
  name: looseText,
  instagram_business_account: business.nullish().catch(null),
});
const pages = z.looseObject({
  data: z.array(z.unknown()),
  paging: z.looseObject({
    next: looseText,
    cursors: z.looseObject({ after: looseText }).optional().catch(undefined),
  }).optional().catch(undefined),
});

/** A page of the accounts that belong to pages of whoever signed in. Pages without such an account are left out. */
export async function accountsWithFacebook(app: PlatformApp, accessToken: string, cursor?: string) {
  const query = { fields: FIELDS, limit: PAGE_SIZE, after: cursor };
  const { body, raw } = await askGraph({ app, accessToken }, "/me/accounts", { query });
  const found = accountsIn(body);
  if (!found) throw malformedAnswer("Facebook named no pages", raw);
  return found;
}

/** The accounts in an answer, and where it goes on; null where it is no list. Pure; never throws. */
export function accountsIn(body: unknown): { accounts: PlatformAccount[]; nextCursor: string | null } | null {
  const { data: list } = pages.safeParse(body);
  if (!list) return null;
  const accounts = list.data.flatMap((entry): PlatformAccount[] => {
    const { data: one } = page.safeParse(entry);
    const account = one?.instagram_business_account;
    if (!one || !account) return [];
    return [{
      externalId: account.id,
      displayName: account.username ?? account.name ?? null,
      avatarUrl: account.profile_picture_url ?? null,
      of: one.name ?? null,
      settings: { page_id: one.id },
    }];
  });
  // A cursor is there on the last page too: only `next` says that there is more.
  const nextCursor = list.paging?.next ? list.paging.cursors?.after ?? null : null;
  return { accounts, nextCursor };
}
