/** What settle does with a task that succeeded: copies its outputs and completes the job. */
import type { Json } from "../../../../shared/database.types.ts";
import type { StoredFile } from "../../../../shared/rows/job.ts";
import { outputRefused } from "../engine/endings.ts";
import { acknowledge, defer } from "../engine/messages.ts";
import { complete, produced } from "../engine/results.ts";
import type { Message } from "../engine/work_item.ts";
import { OutputError } from "../files/output_error.ts";
import { fileUrl, storeOutput } from "../files/outputs.ts";
import { RefusedAddress } from "../files/result_url.ts";
import type { Outcome, ProviderOutput } from "../providers/provider.ts";
import { logError, logJob } from "../runtime/log.ts";
import { askAgain } from "./settle_waiting.ts";

const LEASE_SECONDS = 60;
// What is copied sooner is not worth a note.
const COPYING_TICK_MS = 2_000;
// At the first tick, then every 20 s: long before the lease ends, also when one call to extend it is lost.
const EXTEND_EVERY_TICKS = 10;

/**
 * Keeps the result. What cannot be copied now is asked after again; what never can ends the attempt. `externalId`: the
 * task that made it, where it is not the attempt's.
 */
export async function keep(
  message: Message,
  { outputs, data, raw }: Extract<Outcome, { state: "succeeded" }>,
  externalId?: string,
): Promise<void> {
  const { job } = message.item;
  if (!await isToCopy(message, outputs, data ?? null, raw, externalId)) return;
  let files: StoredFile[];
  try {
    files = await underLease(message, () => storeAll(message, outputs));
  } catch (error) {
    if (
      error instanceof RefusedAddress ||
      (error instanceof OutputError && error.code !== "output_unavailable")
    ) {
      const verdict = await outputRefused(message, { code: error.code, message: error.message, raw });
      return logJob(job.id, verdict, { error_code: error.code, error: error.message });
    }
    return await askAgain(
      message,
      `the result could not be copied: ${(error as Error).message}`,
    );
  }
  const first = files[0];
  if (!first && !data) {
    return await askAgain(
      message,
      "the provider reports success without outputs",
    );
  }
  const outputUrl = first ? fileUrl(first) : null;
  const verdict = await complete(message, {
    output: { files, ...data ? { data } : {} },
    outputUrl,
    raw,
  });
  logJob(job.id, verdict, { outputUrl, bytes: first?.bytes, ...data });
}

/** Notes that the provider has the result; false: the job has ended, and nothing is to be copied. */
async function isToCopy(
  message: Message,
  outputs: ProviderOutput[],
  data: Record<string, unknown> | null,
  raw: unknown,
  externalId?: string,
): Promise<boolean> {
  const addresses = outputs.flatMap((output) => "url" in output ? [output] : []);
  if (message.item.attempt.phase === "produced" || (addresses.length === 0 && !data)) return true;
  const about = externalId === undefined ? {} : { externalId };
  const verdict = await produced(message, { outputs: addresses, data, raw, ...about });
  if (verdict !== "late") return true;
  logJob(message.item.job.id, verdict);
  await acknowledge(message);
  return false;
}

/** Copies the outputs that an earlier worker has not. Each that others follow is noted: a crash then costs one copy. */
async function storeAll(message: Message, outputs: ProviderOutput[]): Promise<StoredFile[]> {
  const { job, attempt } = message.item;
  const stored = [...attempt.checkpoint.stored ?? []];
  for (const [index, output] of outputs.entries()) {
    if (!("url" in output)) throw new OutputError("output_unavailable", "The result came as bytes");
    const { url, contentType } = output;
    // By place and address: a provider that lists its outputs in another order this time has them copied again.
    if (stored[index]?.url === url) continue;
    const path = `${job.user_id}/${job.id}/${attempt.attempt}-${index}`;
    stored[index] = { url, file: await storeOutput(url, path, contentType) };
    if (index < outputs.length - 1) {
      await defer(message, LEASE_SECONDS, { stored: stored as unknown as Json });
    }
  }
  return stored.slice(0, outputs.length).map(({ file }) => file);
}

/**
 * Does `work` and keeps the message from others meanwhile: a large file takes longer than a lease. Notes until when, so
 * that the reaper does not ask about the task as well: each question would start another copy of the same file.
 */
async function underLease<T>(message: Message, work: () => Promise<T>): Promise<T> {
  let ticks = 0;
  const timer = setInterval(() => {
    if (ticks++ % EXTEND_EVERY_TICKS > 0) return;
    const copying_until = new Date(Date.now() + LEASE_SECONDS * 1000).toISOString();
    defer(message, LEASE_SECONDS, { copying_until }).catch((error) => logError("extend lease", error));
  }, COPYING_TICK_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
