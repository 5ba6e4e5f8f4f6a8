/** The pages of whoever signed in: those on which they may publish, each with a token of its own. */
import { z } from "zod";
import { FACEBOOK_TASK } from "../../../../../shared/publishing/facebook_rules.ts";
import { givenId, looseText } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import type { PlatformAccount, PlatformApp, Tokens } from "../platform.ts";
import { facebookGraph } from "./graph.ts";
import { keptPerson } from "./person.ts";

const PAGE_SIZE = 50;
const FIELDS = "id,name,access_token,tasks,picture{url}";

const page = z.looseObject({
  id: givenId,
  name: looseText,
  access_token: z.string().min(1),
  tasks: z.array(z.string()).nullish().catch(null),
  picture: z.looseObject({ data: z.looseObject({ url: looseText }) }).nullish().catch(null),
});
const pages = z.looseObject({
  data: z.array(z.unknown()),
  paging: z.looseObject({
    next: looseText,
    cursors: z.looseObject({ after: looseText }).optional().catch(undefined),
  }).optional().catch(undefined),
});

/** A page of the pages of whoever signed in. Throws PlatformError. */
export async function pagesOf(app: PlatformApp, tokens: Tokens, cursor?: string) {
  const query = { fields: FIELDS, limit: PAGE_SIZE, after: cursor };
  const access = { app, accessToken: tokens.accessToken };
  const { body, raw } = await facebookGraph.askGraph(access, "/me/accounts", { query });
  const found = pagesIn(body, tokens);
  if (!found) throw malformedAnswer("Facebook named no pages", raw);
  return found;
}

/**
 * The pages in an answer on which the person may publish, and where it goes on; null where it is no list. It is the task that
 * counts, not who owns the page; where Facebook tells no tasks, it tells later. Pure; never throws.
 */
export function pagesIn(
  body: unknown,
  tokens: Tokens,
): { accounts: PlatformAccount[]; nextCursor: string | null } | null {
  const { data: list } = pages.safeParse(body);
  if (!list) return null;
  const accounts = list.data.flatMap((entry): PlatformAccount[] => {
    const { data: one } = page.safeParse(entry);
    if (!one || (one.tasks && !one.tasks.includes(FACEBOOK_TASK))) return [];
    return [{
      externalId: one.id,
      displayName: one.name ?? null,
      avatarUrl: one.picture?.data.url ?? null,
      of: null,
      settings: {},
      tokens: {
        accessToken: one.access_token,
        refreshToken: keptPerson({ pageId: one.id, accessToken: tokens.accessToken }),
        // A page's token that was had with a person's of sixty days has no end of its own.
        expiresIn: null,
        refreshExpiresIn: null,
        scopes: tokens.scopes,
      },
    }];
  });
  // A cursor is there on the last page too: only `next` says that there is more.
  const nextCursor = list.paging?.next ? list.paging.cursors?.after ?? null : null;
  return { accounts, nextCursor };
}

const ownToken = z.looseObject({ access_token: z.string().min(1) });

/** The token of a page, asked for anew by the person. Throws PlatformError. */
export async function pageTokenOf(app: PlatformApp, accessToken: string, pageId: string): Promise<string> {
  const { body, raw } = await facebookGraph.askGraph({ app, accessToken }, `/${encodeURIComponent(pageId)}`, {
    query: { fields: "access_token" },
  });
  const { data } = ownToken.safeParse(body);
  if (!data) throw malformedAnswer("Facebook gave no token of the page", raw);
  return data.access_token;
}
