/** Signing in with Facebook: an account of Instagram's belongs to a page, and a page to whoever manages it. */
import { z } from "zod";
import { givenId, looseText } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import type { PlatformAccount, PlatformApp } from "../platform.ts";
import { askGraph } from "./graph.ts";

const PAGE_SIZE = 50;
const FIELDS = "id,name,instagram_business_account{id,username,name,profile_picture_url}";

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
