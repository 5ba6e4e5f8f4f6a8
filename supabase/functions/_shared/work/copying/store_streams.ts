/** Results that came with the provider's own answer: they are stored as they come, for they do not come again. */
import type { Json } from "../../../../../shared/database.types.ts";
import { defer } from "../../engine/messages.ts";
import type { Message } from "../../engine/work_item.ts";
import { keepStream } from "../../files/copy_file.ts";
import { streamSource } from "../../files/source.ts";
import type { ProviderOutput } from "../../providers/provider.ts";
import type { Address, Stored } from "./address.ts";
import { targetOf } from "./copy_outputs.ts";
import type { Slice } from "./slice.ts";
import { LEASE_SECONDS } from "./under_lease.ts";

/** Half a minute of trouble with Storage: what comes but once is worth that. */
const TRIES = 6;

/**
 * Stores what came as bytes, and notes it in the attempt and in `message`. Returns the outputs with an address each, those
 * first that are stored; theirs says so. @throws OutputError; what the stream errors with
 */
export async function storeStreams(
  message: Message,
  outputs: ProviderOutput[],
  slice: Slice,
): Promise<Address[]> {
  const stored: Stored = [];
  const addresses: Address[] = [];
  for (const output of outputs) {
    if ("url" in output) continue;
    const { body, contentType } = output;
    const target = {
      ...targetOf(message, stored.length, contentType, slice),
      tries: TRIES,
      areWordsFinal: true,
    };
    const url = `stored:${stored.length}`;
    stored.push({ url, file: await keepStream(streamSource(body, contentType), target) });
    addresses.push({ url, contentType });
  }
  message.item.attempt.checkpoint.stored = stored;
  await defer(message, LEASE_SECONDS, { stored: stored as unknown as Json });
  return [...addresses, ...outputs.flatMap((output) => "url" in output ? [output] : [])];
}
