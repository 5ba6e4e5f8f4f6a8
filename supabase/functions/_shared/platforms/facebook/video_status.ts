/** How a video stands, as `status` of its own id tells it: a word in all, and one for each phase. */
import { z } from "zod";
import { looseId, looseText } from "../../providers/kit/fields.ts";
import { pathOf } from "../graph/dialect.ts";
import { askPage, type OfPage } from "./graph.ts";

/** A phase's word. unknown: one that nobody has heard of · none: nothing was said of it. */
export const PHASES = ["not_started", "in_progress", "complete", "error", "unknown", "none"] as const;
export type Phase = typeof PHASES[number];

export interface VideoStatus {
  uploading: Phase;
  processing: Phase;
  publishing: Phase;
  /** The word in all, in small letters: `processing`, `ready`, `error`, `expired`, …; null: none. */
  word: string | null;
  /** It is there and nobody sees it. */
  isDraft: boolean;
  /** Why it failed, as far as it says. */
  message: string | null;
  permalink: string | null;
  postId: string | null;
  raw: unknown;
}

const trouble = z.looseObject({ message: looseText, code: looseId }).nullish().catch(null);
const toldPhase = z.looseObject({
  status: looseText,
  publish_status: looseText,
  error: trouble,
  errors: z.array(trouble).nullish().catch(null),
}).nullish().catch(null);
const fields = z.looseObject({
  status: z.looseObject({
    video_status: looseText,
    uploading_phase: toldPhase,
    processing_phase: toldPhase,
    publishing_phase: toldPhase,
  }).nullish().catch(null),
  published: z.boolean().nullish().catch(null),
  permalink_url: looseText,
  post_id: looseId,
}).catch({ status: null, published: null, permalink_url: null, post_id: null });

const FIELDS = "status,published,permalink_url,post_id";

/** Asks for a video. Throws PlatformError when the question fails. */
export async function askVideo(work: OfPage, id: string, signal?: AbortSignal): Promise<VideoStatus> {
  const { body, raw } = await askPage(work, pathOf(id), { query: { fields: FIELDS } }, signal);
  // Its words are read of what can be kept: they may repeat the address of a file.
  return { ...readVideo(body), message: readVideo(raw).message, raw };
}

/** What an answer says of a video. Pure; never throws. */
export function readVideo(body: unknown): Omit<VideoStatus, "raw"> {
  const { status, published, permalink_url, post_id } = fields.parse(body);
  const phases = [status?.uploading_phase, status?.processing_phase, status?.publishing_phase];
  const told = phases.flatMap((
    phase,
  ) => [phase?.error?.message, ...phase?.errors?.map((one) => one?.message) ?? []]);
  const word = status?.video_status?.toLowerCase().slice(0, 60) ?? null;
  const publishing = phaseOf(phases[2]);
  const isOver = publishing === "complete" || (publishing === "none" && word === "ready");
  return {
    uploading: phaseOf(phases[0]),
    processing: phaseOf(phases[1]),
    publishing,
    word,
    isDraft: phases[2]?.publish_status?.toLowerCase() === "draft" || (isOver && published === false),
    message: told.find((message) => message)?.slice(0, 500) ?? null,
    permalink: addressIn(permalink_url ?? null),
    postId: post_id ?? null,
  };
}

function phaseOf(phase: z.infer<typeof toldPhase>): Phase {
  const word = phase?.status?.toLowerCase();
  if (word === undefined) return "none";
  // Both were seen.
  if (word === "completed" || word === "upload_complete") return "complete";
  return PHASES.find((known) => known === word) ?? "unknown";
}

/** What it has come to. published: everybody sees it · draft: nobody does · failed: nobody ever will. Pure. */
export function outcomeOf(
  { uploading, processing, publishing, word, isDraft }: Omit<VideoStatus, "raw">,
): "published" | "draft" | "failed" | "processing" {
  const isFailed = [uploading, processing, publishing].includes("error") ||
    ["error", "expired", "upload_failed"].includes(word ?? "");
  if (isFailed) return "failed";
  // Where nothing is told of publishing, such as of a video in the feed, the word in all has to do.
  const isOver = publishing === "complete" || (publishing === "none" && word === "ready");
  if (!isOver) return isDraft ? "draft" : "processing";
  return isDraft ? "draft" : "published";
}

/** An https address, also of a path below Facebook's own, as videos have it; null for anything else. */
export function addressIn(text: string | null): string | null {
  if (text === null || !URL.canParse(text, "https://www.facebook.com")) return null;
  const url = new URL(text, "https://www.facebook.com");
  return url.protocol === "https:" ? url.href : null;
}
