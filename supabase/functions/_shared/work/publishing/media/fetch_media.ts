/**
 * Files that were named by a public address: fetched once for all publications of a group, and never from an address of our
 * own network. A large one goes on where it stopped, also in another worker's hands.
 */
import { z } from "zod";
import type { Json } from "../../../../../../shared/database.types.ts";
import type { MediaFile } from "../../../../../../shared/publishing/content.ts";
import { fileRules } from "../../../../../../shared/rows/tool.ts";
import { ClassifiedError } from "../../../engine/failure.ts";
import { defer } from "../../../engine/messages.ts";
import { mediaClaim, mediaStored } from "../../../engine/publication_media.ts";
import { copyFile } from "../../../files/copy_file.ts";
import { type CopyState, copyState } from "../../../files/copy_state.ts";
import type { CopyTarget } from "../../../files/copy_target.ts";
import { CopyPaused, MAX_OUTPUT_BYTES, OutputError } from "../../../files/output_error.ts";
import { PART_BYTES, PIECE_BYTES } from "../../../files/resumable_upload.ts";
import { DEFAULT_TYPES } from "../../../files/result_types.ts";
import { RefusedAddress } from "../../../files/result_url.ts";
import { logJob } from "../../../runtime/log.ts";
import { leaseMs } from "../../lease.ts";
import type { Turn } from "../turn.ts";
import { superseded, type Turned } from "../turned.ts";

/** A copy that is there. */
export interface Fetched {
  /** In the bucket `handed`. */
  key: string;
  bytes: number;
  contentType: string;
}

/** Of a piece that Storage has trouble with. */
const TRIES = 2;
/** About a second of computing where both ends speak TLS. */
const SLICE_BYTES = 64 * 1024 * 1024;
const NEXT_SLICE_SECONDS = 1;

/** How far an earlier worker was with the file at this place. */
const fetching = z.object({ index: z.number().int(), state: copyState }).nullish().catch(null);

/**
 * The copy of the file at this place; or what became of the message: another worker fetches it, or there is more to fetch
 * than this one has time for. Throws ClassifiedError where it cannot be had, or is not taken.
 */
export async function fetchMedia(
  turn: Turn,
  index: number,
  { url = "", type }: Pick<MediaFile, "url" | "type">,
): Promise<Fetched | Turned> {
  const { message } = turn;
  const claim = await mediaClaim(message, index);
  switch (claim.verdict) {
    case "stored":
      return { key: claim.key, bytes: claim.bytes, contentType: claim.content_type };
    case "wait":
      await defer(message, claim.seconds);
      return { is: "later", seconds: claim.seconds };
    case "claimed":
      return await fetchClaimed(turn, index, { url, type });
    case "superseded":
      return superseded(turn);
  }
}

async function fetchClaimed(
  turn: Turn,
  index: number,
  { url, type }: { url: string; type: string },
): Promise<Fetched | Turned> {
  const { message } = turn;
  const { item } = message;
  const before = fetching.parse(item.attempt.checkpoint.fetching);
  try {
    const { path, bytes, content_type } = await copyFile(
      url,
      targetOf(turn, index, type),
      before?.index === index ? before.state : null,
    );
    const stored = { key: path, bytes, contentType: content_type };
    logJob(item.job.id, "fetched", { index, bytes });
    const key = await mediaStored(message, index, stored);
    if (key === null) return superseded(turn);
    // Where another worker was quicker, its copy is the one, and is looked at as such.
    return key === path ? stored : await fetchMedia(turn, index, { url, type });
  } catch (error) {
    if (error instanceof CopyPaused) {
      logJob(item.job.id, "fetching", { index, why: error.message });
      await defer(message, NEXT_SLICE_SECONDS);
      return { is: "later", seconds: NEXT_SLICE_SECONDS };
    }
    throw refusalOf(error, index);
  }
}

function targetOf(turn: Turn, index: number, declaredType: string): CopyTarget {
  const { message } = turn;
  const { item } = message;
  const rule = mediaRule(turn);
  const until = Date.now() + leaseMs(item) / 2;
  return {
    bucket: "handed",
    path: `${item.job.user_id.toLowerCase()}/${crypto.randomUUID()}`,
    declaredType,
    types: rule?.types ?? DEFAULT_TYPES,
    maxBytes: Math.min(rule?.max_bytes ?? MAX_OUTPUT_BYTES, MAX_OUTPUT_BYTES),
    pieceBytes: PIECE_BYTES,
    partBytes: PART_BYTES,
    until,
    latest: Date.now() + leaseMs(item),
    budget: { bytes: SLICE_BYTES },
    tries: TRIES,
    areWordsFinal: true,
    note: async (state: CopyState | null) => {
      await defer(message, item.lease_seconds, { fetching: (state && { index, state }) as unknown as Json });
    },
  };
}

function refusalOf(error: unknown, index: number): unknown {
  const where = `mediaFiles.${index}`;
  if (error instanceof RefusedAddress) {
    return new ClassifiedError({
      retryClass: "never",
      code: "refused_address",
      message: `${where}: ${error.message}`,
    });
  }
  if (!(error instanceof OutputError)) return error;
  const message = `${where}: ${error.message.replace(/^The result/, "The file")}`;
  switch (error.code) {
    case "output_unavailable":
      return new ClassifiedError({ retryClass: "backoff", code: "media_unreachable", message });
    case "output_too_large":
      return new ClassifiedError({ retryClass: "never", code: "file_too_large", message });
    case "output_wrong_type":
      return new ClassifiedError({ retryClass: "never", code: "unsupported_file_type", message });
  }
}

/** What the tool takes as a file of a publication. */
function mediaRule(turn: Turn): { types: readonly string[]; max_bytes: number } | undefined {
  return fileRules.safeParse(turn.message.item.tool_settings.files ?? {}).data?.media;
}
