/** `GET /jobs/credits`: what a user has, and how it came about. */
import type { Context } from "hono";
import { creditsPage, listCreditsQuery } from "../../../shared/requests/lists.ts";
import { unwrap } from "../_shared/engine/database.ts";
import { unlessKnown } from "../_shared/http/etag.ts";
import { readQuery } from "../_shared/http/request.ts";
import { type UserEnv, userOf } from "../_shared/http/user.ts";
import { pageOf } from "../_shared/http/page.ts";

/** Answers `{balance, entries, nextCursor}`, newest first. A balance is that of this moment on every page. Error: 422 invalid_input. */
export async function listCredits(context: Context<UserEnv>): Promise<Response> {
  const { client, userId } = userOf(context);
  const { limit, cursor } = readQuery(context, listCreditsQuery);
  let query = client.from("credit_entries")
    .select("id:entry_id,kind,amount,balance_after,job_id,note,reference,created_at").eq("user_id", userId)
    .order("entry_id", { ascending: false }).limit(limit + 1);
  if (cursor) query = query.lt("entry_id", Number(cursor));
  const [account, found] = await Promise.all([
    client.from("credit_accounts").select("balance").eq("user_id", userId).maybeSingle(),
    query,
  ]);
  const { page, nextCursor } = pageOf(unwrap(found), limit, (last) => String(last.id));
  const balance = unwrap(account)?.balance ?? 0;
  return await unlessKnown(
    context,
    [balance, page.map(({ id }) => id), nextCursor], // entries do not change
    () => creditsPage.parse({ balance, entries: page, nextCursor }),
  );
}
