/** Whether the same was published lately: asked by a preflight. An enqueue is told so by the database, which alone is exact. */
import { z } from "zod";
import type { PublicationContent } from "../../../shared/publishing/content.ts";
import { admin, unwrap } from "../_shared/engine/database.ts";

const DAY_MS = 86_400_000;
/** Of one option within a day; a preflight looks no further. */
const MOST = 200;

const row = z.object({
  id: z.string(),
  status: z.string(),
  error_code: z.string().nullable(),
  caption: z.string().nullable(),
  media: z.array(z.looseObject({ path: z.string().optional(), url: z.string().optional() })).nullable(),
});

/** The job that has published the same with the same connection within 24 hours, or may have, or is to; null: none. */
export async function duplicateOf(
  userId: string,
  option: string,
  content: PublicationContent,
): Promise<string | null> {
  const found: unknown = unwrap(
    await admin().from("jobs")
      .select("id,status,error_code,caption:input->>caption,media:input->mediaFiles")
      .eq("user_id", userId).eq("tool", option).eq("input->>connectionId", content.connectionId)
      .gte("created_at", new Date(Date.now() - DAY_MS).toISOString())
      .order("created_at", { ascending: false }).limit(MOST),
  );
  const same = z.array(row).parse(found).filter(({ caption, media }) =>
    caption === content.caption && places(media ?? []) === places(content.mediaFiles)
  );
  const there = same.find(({ status }) => ["pending", "processing", "completed"].includes(status));
  if (there) return there.id;
  const unknown = same.filter(({ error_code }) => error_code === "outcome_unknown").map(({ id }) => id);
  return unknown.length > 0 ? await firstThatMayBeThere(unknown) : null;
}

async function firstThatMayBeThere(ids: readonly string[]): Promise<string | null> {
  const rows = unwrap(await admin().from("publications").select("job_id,resolved").in("job_id", [...ids]));
  return rows.find(({ resolved }) => resolved !== "not_there")?.job_id ?? null;
}

function places(files: readonly { path?: string | undefined; url?: string | undefined }[]): string {
  return JSON.stringify(files.map(({ path, url }) => path ?? url));
}
