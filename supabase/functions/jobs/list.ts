/** `GET /jobs`: the caller's jobs, page by page. */
import type { Context } from "hono";
import { JOB_COLUMNS, toJob } from "../../../shared/rows/job.ts";
import { type JobsPage, listJobsQuery } from "../../../shared/requests/lists.ts";
import { unwrap } from "../_shared/engine/database.ts";
import { unlessKnown } from "../_shared/http/etag.ts";
import { readQuery } from "../_shared/http/request.ts";
import { type UserEnv, userOf } from "../_shared/http/user.ts";
import { jobsCursorOf, placeOfCursor } from "../_shared/http/cursor.ts";
import { pageOf } from "../_shared/http/page.ts";
import { assertKnown } from "./tool_rules.ts";

/**
 * Answers `{jobs, nextCursor}`, newest first: each job is on one page, whatever is created meanwhile. Files have no signed
 * addresses here. Errors: 422 invalid_input, 404 unknown_tool when nothing is found of a tool that there is not.
 */
export async function listJobs(context: Context<UserEnv>): Promise<Response> {
  const { client, userId } = userOf(context);
  const { limit, cursor, status, tool } = readQuery(context, listJobsQuery);
  // Admins may read everybody's rows; this is about their own, too.
  let query = client.from("jobs").select(JOB_COLUMNS).eq("user_id", userId)
    .order("created_at", { ascending: false }).order("id", { ascending: false }).limit(limit + 1);
  if (status) query = query.in("status", status);
  if (tool) query = query.eq("tool", tool);
  if (cursor) {
    // Said so that the index by user and time begins at the cursor.
    const { createdAt, id } = placeOfCursor(cursor);
    query = query.lte("created_at", createdAt).or(`created_at.lt."${createdAt}",id.lt.${id}`);
  }
  const found = unwrap(await query).map(toJob);
  if (tool && found.length === 0) await assertKnown(tool);
  const { page, nextCursor } = pageOf(
    found,
    limit,
    (last) => jobsCursorOf({ createdAt: last.created_at, id: last.id }),
  );
  return await unlessKnown(
    context,
    [page.map(({ id, version }) => [id, version]), nextCursor],
    () => ({ jobs: page, nextCursor }) satisfies JobsPage,
  );
}
