/** Publications as they are read: a row of `jobs` and one of `publications`, with the caller's own rights. */
import { z } from "zod";
import { type Publication, publication } from "../../../shared/rows/publication.ts";
import { unwrap } from "../_shared/engine/database.ts";
import type { UserClient } from "../_shared/http/user.ts";

const OF_JOB =
  "id,retried_from,tool,status,error_code,error_message,refund,retry_count,version,created_at,completed_at,updated_at," +
  "caption:input->>caption,scheduled_for:input->>scheduledFor";
const OF_PUBLICATION =
  "job_id,group_id,platform,connection_id,hold,steps,warnings,committed_at,post_id,permalink,resolved," +
  "resolved_at";

const jobRow = publication.pick({
  id: true,
  status: true,
  error_code: true,
  error_message: true,
  scheduled_for: true,
  refund: true,
  retry_count: true,
  version: true,
  created_at: true,
  completed_at: true,
  updated_at: true,
}).extend({ retried_from: z.string().nullable(), tool: z.string(), caption: z.string().nullable() });

const publicationRow = publication.pick({
  group_id: true,
  platform: true,
  connection_id: true,
  hold: true,
  steps: true,
  warnings: true,
  committed_at: true,
  post_id: true,
  permalink: true,
  resolved: true,
  resolved_at: true,
}).extend({ job_id: z.guid() });

/** Those of these jobs that are publications of the user's, in the order of `ids`. Admins see all rows; this is about their own. */
export async function readPublications(
  client: UserClient,
  userId: string,
  ids: readonly string[],
): Promise<Publication[]> {
  if (ids.length === 0) return [];
  const [jobs, rows] = await Promise.all([
    client.from("jobs").select(OF_JOB).eq("user_id", userId).in("id", [...ids]),
    client.from("publications").select(OF_PUBLICATION).eq("user_id", userId).in("job_id", [...ids]),
  ]);
  const found = new Map(
    z.array(publicationRow).parse(unwrap(rows) as unknown).map((row) => [row.job_id, row]),
  );
  const told = new Map(
    z.array(jobRow).parse(unwrap(jobs) as unknown).flatMap((job) => {
      const row = found.get(job.id);
      return row ? [[job.id, toPublication(job, row)] as const] : [];
    }),
  );
  return ids.flatMap((id) => told.get(id) ?? []);
}

function toPublication(
  { tool, caption, retried_from, ...job }: z.infer<typeof jobRow>,
  { job_id: _, ...row }: z.infer<typeof publicationRow>,
): Publication {
  // What is done again is done at once, whatever its content says of a time.
  const scheduled_for = retried_from === null ? job.scheduled_for : null;
  return { ...job, ...row, option: tool, caption: caption ?? "", scheduled_for };
}
