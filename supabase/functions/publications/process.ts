/**
 * `POST /publications/internal/process-publication`, as document 003 has it: works on that one job now. What is to be
 * published is the job's own; `content` and the rest of the body are what the document sends, and change nothing.
 */
import type { Context } from "hono";
import {
  processPublicationRequest,
  type ProcessPublicationResponse,
} from "../../../shared/requests/requests_publications.ts";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import { admin, unwrap } from "../_shared/engine/database.ts";
import { readBody } from "../_shared/http/request.ts";

/**
 * Answers 200 with what has become of the job; `worked`: whether it was this call that worked on it. Its outcome is logged
 * where it is made. Error: 404 not_found for what is no publication, or not of the user or the option that are named.
 */
export async function processPublication(context: Context): Promise<Response> {
  const { job_id, user_id, platform } = await readBody(context, processPublicationRequest);
  const isThere = ({ owner, tool }: { owner: string; tool: string }) =>
    (user_id === undefined || user_id.toLowerCase() === owner) &&
    (platform === undefined || platform === tool);
  const before = await publicationJob(job_id);
  if (!before || !isThere(before)) throw new EsteiraError("not_found", "There is no such publication.");
  // Loaded here: no other route of this function publishes.
  const { publishOne } = await import("../_shared/work/publishing/publish_one.ts");
  const worked = await publishOne(before.id);
  const { status } = await publicationJob(job_id) ?? before;
  return context.json(
    { success: true, data: { job_id: before.id, status, worked } } satisfies ProcessPublicationResponse,
  );
}

async function publicationJob(id: string) {
  return unwrap(
    await admin().from("jobs").select("id,status,tool,owner:user_id").eq("id", id).eq("lane", "publication")
      .maybeSingle(),
  );
}
