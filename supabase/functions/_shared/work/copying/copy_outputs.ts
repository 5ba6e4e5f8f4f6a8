/** Copies the outputs of a task one after the other. What is done is noted, so that a crash costs a piece of one of them. */
import { z } from "zod";
import type { Json } from "../../../../../shared/database.types.ts";
import type { StoredFile } from "../../../../../shared/rows/job.ts";
import { defer } from "../../engine/messages.ts";
import type { Message } from "../../engine/work_item.ts";
import { copyFile } from "../../files/copy_file.ts";
import { type CopyState, copyState } from "../../files/copy_state.ts";
import type { CopyTarget } from "../../files/copy_target.ts";
import { MAX_OUTPUT_BYTES, OutputError } from "../../files/output_error.ts";
import { PART_BYTES, PIECE_BYTES } from "../../files/resumable_upload.ts";
import { outputTypes } from "../../files/result_types.ts";
import type { Address, Stored } from "./address.ts";
import { freshAddresses } from "./fresh_addresses.ts";
import type { Slice } from "./slice.ts";
import { isAtIt, LEASE_SECONDS } from "./under_lease.ts";

/** Of a piece that Storage has trouble with, before the rest is left for later. */
const TRIES = 2;

/** The large file that an earlier worker was at, by its place among the outputs. */
const copying = z.object({ index: z.number().int(), state: copyState }).nullish().catch(null);

/**
 * The files of all outputs, stored. `open`: how one is opened at its beginning.
 * @throws OutputError, RefusedAddress; CopyPaused when the time was not enough, with what is done noted
 */
export async function copyOutputs(
  message: Message,
  outputs: Address[],
  slice: Slice,
  open: CopyTarget["open"],
): Promise<StoredFile[]> {
  let addresses = outputs;
  let stored: Stored = [...message.item.attempt.checkpoint.stored ?? []];
  let current = copying.parse(message.item.attempt.checkpoint.copying);
  let hasAsked = false;
  for (let index = 0; index < addresses.length;) {
    const { url, contentType } = addresses[index] ?? { url: "", contentType: null };
    // By place and address: a provider that lists its outputs in another order this time has them copied again.
    if (stored[index]?.url === url) {
      index++;
      continue;
    }
    const note = async (state: CopyState | null) => {
      current = state && { index, state };
      await defer(message, LEASE_SECONDS, { copying: current, looks: 0, ...isAtIt() });
    };
    const target = { ...targetOf(message, index, contentType, slice), note, open };
    try {
      stored[index] = {
        url,
        file: await copyFile(url, target, current?.index === index ? current.state : null),
      };
    } catch (error) {
      if (!(error instanceof OutputError && error.isExpired) || hasAsked) throw error;
      hasAsked = true;
      const fresh = await freshAddresses(message, addresses, stored);
      if (!fresh) throw error;
      [addresses, stored] = [fresh.addresses, fresh.stored];
      continue;
    }
    index++;
    // The last one completes the job.
    if (index < addresses.length) {
      await defer(message, LEASE_SECONDS, {
        stored: stored as unknown as Json,
        copying: null,
        looks: 0,
        ...isAtIt(),
      });
    }
  }
  return stored.slice(0, addresses.length).map(({ file }) => file);
}

/** What the output at this place is to become. */
export function targetOf(
  { item: { job, attempt, tool_settings, max_output_bytes } }: Message,
  index: number,
  declaredType: string | null,
  slice: Slice,
): CopyTarget {
  return {
    path: `${job.user_id}/${job.id}/${attempt.attempt}-${index}`,
    declaredType,
    types: outputTypes(tool_settings),
    maxBytes: Math.min(max_output_bytes ?? MAX_OUTPUT_BYTES, MAX_OUTPUT_BYTES),
    pieceBytes: PIECE_BYTES,
    partBytes: PART_BYTES,
    ...slice,
    tries: TRIES,
    areWordsFinal: false,
    note: () => Promise.resolve(),
  };
}
