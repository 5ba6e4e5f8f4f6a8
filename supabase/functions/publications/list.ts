/** `GET /publications`: the caller's publications, page by page, and how the groups on the page stand. */
import type { Context } from "hono";
import { z } from "zod";
import { publicationsPage, publicationsQuery } from "../../../shared/requests/requests_publications.ts";
import { OPTIONS, platformOf } from "../../../shared/words/platforms.ts";
import { unwrap } from "../_shared/engine/database.ts";
import { unlessKnown } from "../_shared/http/etag.ts";
import { readQuery } from "../_shared/http/request.ts";
import { type UserClient, type UserEnv, userOf } from "../_shared/http/user.ts";
import { jobsCursorOf, type JobsPlace, placeOfCursor } from "../_shared/http/cursor.ts";
import { pageOf } from "../_shared/http/page.ts";
import { readGroups } from "./groups.ts";
import { readPublications } from "./publication_rows.ts";

type Query = z.output<typeof publicationsQuery>;

const place = z.object({ id: z.guid(), created_at: z.string() });

/**
 * Answers `{publications, groups, nextCursor}`, newest first: each publication is on one page, whatever is enqueued
 * meanwhile. Error: 422 invalid_input.
 */
export async function listPublications(context: Context<UserEnv>): Promise<Response> {
  const { client, userId } = userOf(context);
  const query = readQuery(context, publicationsQuery);
  const rows: unknown = unwrap(await (query.status ? byStatus : byPublication)(client, userId, query));
  const { page, nextCursor } = pageOf(
    z.array(place).parse(rows),
    query.limit,
    (last) => jobsCursorOf({ createdAt: last.created_at, id: last.id }),
  );
  const publications = await readPublications(client, userId, page.map(({ id }) => id));
  const groups = await readGroups(client, userId, publications.map(({ group_id }) => group_id));
  const answer = { publications, groups, nextCursor };
  return await unlessKnown(context, answer, () => publicationsPage.parse(answer));
}

/** What is in either table is asked for so that the index by user and time begins at the cursor. */
function byPublication(client: UserClient, userId: string, { platform, group, cursor, limit }: Query) {
  let query = client.from("publications").select("id:job_id,created_at").eq("user_id", userId)
    .order("created_at", { ascending: false }).order("job_id", { ascending: false }).limit(limit + 1);
  if (platform) query = query.eq("platform", platform);
  if (group) query = query.eq("group_id", group);
  if (cursor) {
    const { createdAt, id } = placeOfCursor(cursor);
    query = query.lte("created_at", createdAt).or(after("job_id", { createdAt, id }));
  }
  return query;
}

function byStatus(client: UserClient, userId: string, { platform, group, status, cursor, limit }: Query) {
  const options = OPTIONS.filter((option) => platform === undefined || platformOf(option) === platform);
  let query = client.from("jobs").select("id,created_at").eq("user_id", userId)
    .in("status", status ?? []).in("tool", options).not("input->>connectionId", "is", null)
    .order("created_at", { ascending: false }).order("id", { ascending: false }).limit(limit + 1);
  if (group) query = query.eq("input->>groupId", group);
  if (cursor) {
    const { createdAt, id } = placeOfCursor(cursor);
    query = query.lte("created_at", createdAt).or(after("id", { createdAt, id }));
  }
  return query;
}

const after = (column: string, { createdAt, id }: JobsPlace) =>
  `created_at.lt."${createdAt}",${column}.lt.${id}`;
