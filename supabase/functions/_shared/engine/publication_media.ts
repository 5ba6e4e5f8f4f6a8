/** Files of a group of publications that were named by their address: who fetches them, and their copies. */
import { z } from "zod";
import { callWorker } from "./publication_call.ts";
import type { Message } from "./work_item.ts";

const stored = z.object({ key: z.string(), bytes: z.number().int(), content_type: z.string() });

const mediaClaimed = z.discriminatedUnion("verdict", [
  /** It is for this worker to fetch. */
  z.looseObject({ verdict: z.literal("claimed") }),
  /** Another worker fetches it. */
  z.looseObject({ verdict: z.literal("wait"), seconds: z.number() }),
  stored.extend({ verdict: z.literal("stored") }),
  /** The attempt is no longer current. */
  z.looseObject({ verdict: z.literal("superseded") }),
]);
export type MediaClaimed = z.infer<typeof mediaClaimed>;

const about = ({ item }: Message, index: number) => ({
  p_job_id: item.job.id,
  p_token: item.attempt.token,
  p_index: index,
});

/** Claims the fetching of a file for all publications of the group, for two minutes. */
export async function mediaClaim(message: Message, index: number): Promise<MediaClaimed> {
  return mediaClaimed.parse(await callWorker("media_claim", about(message, index)));
}

/** A file has been fetched. Returns the key of the copy that counts, the first one; null: nobody needs it any more. */
export async function mediaStored(
  message: Message,
  index: number,
  { key, bytes, contentType }: { key: string; bytes: number; contentType: string },
): Promise<string | null> {
  return z.string().nullable().parse(
    await callWorker("media_stored", {
      ...about(message, index),
      p_key: key,
      p_bytes: bytes,
      p_content_type: contentType,
    }),
  );
}
