/**
 * What settle does with a task that succeeded: notes that the result is there, copies it and completes the job. Once that
 * is noted nothing but copying is left to do: what cannot be copied now is looked at again, what never can ends the job.
 */
import type { StoredFile } from "../../../../shared/rows/job.ts";
import { outputRefused } from "../engine/endings.ts";
import { acknowledge, defer } from "../engine/messages.ts";
import { complete, produced } from "../engine/results.ts";
import type { Message } from "../engine/work_item.ts";
import { CopyPaused, OutputError } from "../files/output_error.ts";
import { fileUrl } from "../files/outputs.ts";
import { RefusedAddress } from "../files/result_url.ts";
import type { Outcome } from "../providers/provider.ts";
import { logJob } from "../runtime/log.ts";
import { aimOf, logEffect } from "./log_effect.ts";
import type { Address } from "./copying/address.ts";
import { copyOutputs } from "./copying/copy_outputs.ts";
import { CopiedInVain } from "./copying/fresh_addresses.ts";
import { handOver, lookAgain } from "./copying/look_again.ts";
import { OpenedAhead } from "./copying/opened_ahead.ts";
import { newSlice, type Slice } from "./copying/slice.ts";
import { storeStreams } from "./copying/store_streams.ts";
import { secondsTaken, underLease } from "./copying/under_lease.ts";
import { cleanDoomedFiles } from "./doomed_files.ts";
import { askAgain } from "./settle_waiting.ts";

type Succeeded = Extract<Outcome, { state: "succeeded" }>;

// Of the files of a result that came too late: as long as a worker may stay for it.
const CLEAN_MS = 10_000;

/**
 * Keeps the result. `externalId`: the task that made it, where it is not the attempt's. Throws what a result that came as
 * bytes breaks off with, when nothing has been noted: its task may be asked about.
 */
export async function keep(message: Message, outcome: Succeeded, externalId?: string): Promise<void> {
  const taken = secondsTaken(message);
  if (taken > 0 && !hasStreams(outcome)) return await defer(message, taken);
  const slice = newSlice();
  const { raw, data = null } = outcome;
  try {
    const files = await underLease(message, async () => {
      const addresses = await addressesOf(message, outcome, slice);
      const ahead = OpenedAhead.of(message, hasStreams(outcome) ? [] : addresses);
      try {
        if (!await isToCopy(message, addresses, outcome, externalId)) return null;
        return await copyOutputs(message, addresses, slice, (url) => ahead.open(url));
      } finally {
        ahead.close();
      }
    }, slice);
    if (files) await finish(message, files, data, raw);
  } catch (error) {
    if (error instanceof CopiedInVain) return;
    if (error instanceof CopyPaused) return await handOver(message, error.message);
    const isOurs = error instanceof RefusedAddress || error instanceof OutputError;
    if (!isOurs) throw error;
    const mayPass = error.code === "output_unavailable" && !hasStreams(outcome);
    if (mayPass) return await lookAgain(message, error.message);
    const verdict = await outputRefused(message, { code: error.code, message: error.message, raw });
    logJob(message.item.job.id, verdict, { error_code: error.code, error: error.message });
  }
}

function hasStreams({ outputs }: Succeeded): boolean {
  return outputs.some((output) => "body" in output);
}

async function addressesOf(message: Message, outcome: Succeeded, slice: Slice): Promise<Address[]> {
  if (hasStreams(outcome)) return await storeStreams(message, outcome.outputs, slice);
  return outcome.outputs.flatMap((output) => "url" in output ? [output] : []);
}

/** Notes that the provider has the result; false: there is nothing to copy, or no longer. */
async function isToCopy(
  message: Message,
  outputs: Address[],
  { data, raw, cost }: Succeeded,
  externalId?: string,
): Promise<boolean> {
  if (outputs.length === 0 && !data) {
    await askAgain(message, "the provider reports success without outputs");
    return false;
  }
  if (message.item.attempt.phase === "produced") return true;
  const about = { ...externalId === undefined ? {} : { externalId }, ...cost ? { cost } : {} };
  const verdict = await produced(message, { outputs, data: data ?? null, raw, ...about });
  if (verdict !== "late") return true;
  logJob(message.item.job.id, verdict);
  await acknowledge(message);
  return false;
}

async function finish(
  message: Message,
  files: StoredFile[],
  data: Record<string, unknown> | null,
  raw: unknown,
): Promise<void> {
  const [first] = files;
  const outputUrl = first ? fileUrl(first) : null;
  const output = { files, ...data ? { data } : {} };
  const verdict = await complete(message, { output, outputUrl, raw });
  logJob(message.item.job.id, verdict, {
    outputUrl,
    bytes: first?.bytes,
    ...aimOf(message.item.job),
    ...data,
  });
  if (verdict === "completed") logEffect(message.item);
  // Nobody may have what came too late.
  if (verdict === "late") await cleanDoomedFiles(Date.now() + CLEAN_MS);
}
