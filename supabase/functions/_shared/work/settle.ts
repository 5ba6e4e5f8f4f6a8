/** Settle: finding out what became of a task, and keeping its result. */
import type { Json } from "../../../../shared/database.types.ts";
import type { StoredFile } from "../../../../shared/job.ts";
import { acknowledge, attemptFailed, complete, defer, progress } from "../engine/worker_rpc.ts";
import { fileUrl, OutputError, storeOutput } from "../files/stored_files.ts";
import { logError, logJob } from "../runtime/log.ts";
import {
  type Outcome,
  type Provider,
  ProviderError,
  type ProviderFailure,
  type ProviderOutput,
} from "../providers/provider.ts";
import { providerNamed } from "../providers/registry.ts";
import { withoutSecrets } from "../providers/kit/without_secrets.ts";
import { RefusedAddress } from "../files/result_url.ts";
import type { Message, WorkItem } from "../engine/work_item.ts";

// A failure that nobody announced may be a passing one (runninghub.md#surprises): it is believed at the second reading.
const SECOND_READING_SECONDS = 20;
const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 120;
const LEASE_SECONDS = 60;
// What is copied sooner is not worth a note.
const COPYING_TICK_MS = 2_000;
// At the first tick, then every 20 s: long before the lease ends, also when one call to extend it is lost.
const EXTEND_EVERY_TICKS = 10;
const MAX_CANCEL_READINGS = 3;

/**
 * Works on one settle message to its end. `announced`: what a webhook said just now, if one did.
 * Throws only when the database does.
 */
export async function settleMessage(
  message: Message,
  announced?: "succeeded" | "failed" | "running" | "unknown",
  named: Provider = providerNamed(message.item.provider),
): Promise<void> {
  const { item } = message;
  const provider = withoutSecrets(named);
  const externalId = item.attempt.external_id;
  if (item.kind === "cancel") return await cancelTask(provider, message, externalId);
  if (!externalId) {
    return await askAgain(message, "the provider's task id is not known yet");
  }

  let outcome: Outcome;
  try {
    outcome = await provider.fetchOutcome(item, externalId);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return await askAgain(message, error.message);
  }
  switch (outcome.state) {
    case "succeeded":
      return await keep(message, outcome);
    case "failed":
      if (announced === "failed" || item.attempt.checkpoint.failure_seen) {
        return await fail(message, { ...outcome.failure, raw: outcome.raw });
      }
      return await defer(message, SECOND_READING_SECONDS, { failure_seen: true });
    case "queued":
    case "running":
      if (outcome.progress !== undefined) await progress(message, outcome.progress);
      return await askAgain(message, `the task is ${outcome.state}`);
    case "unknown":
      return await askAgain(message, outcome.reason);
  }
}

async function keep(
  message: Message,
  { outputs, data, raw }: Extract<Outcome, { state: "succeeded" }>,
): Promise<void> {
  const { job } = message.item;
  let files: StoredFile[];
  try {
    files = await underLease(message, () => storeAll(message, outputs));
  } catch (error) {
    if (
      error instanceof RefusedAddress ||
      (error instanceof OutputError && error.code !== "output_unavailable")
    ) {
      return await fail(message, {
        retryClass: "never",
        code: error.code,
        message: error.message,
        raw,
      });
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

/** Copies the outputs that an earlier worker has not. Each that others follow is noted: a crash then costs one copy. */
async function storeAll(message: Message, outputs: ProviderOutput[]): Promise<StoredFile[]> {
  const { job, attempt } = message.item;
  const stored = [...attempt.checkpoint.stored ?? []];
  for (const [index, { url, contentType }] of outputs.entries()) {
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

async function fail(message: Message, failure: ProviderFailure): Promise<void> {
  const verdict = await attemptFailed(message, failure);
  logJob(message.item.job.id, verdict, {
    error_code: failure.code,
    error: failure.message,
  });
}

/**
 * Looks again later, each time after twice as long, until the attempt's deadline. A poll is over with its answer: the
 * reaper sends the next one, as often as the lane wants to know.
 */
async function askAgain(message: Message, why: string): Promise<void> {
  const { item, read_count } = message;
  if (isPastDeadline(item)) {
    return await fail(message, {
      retryClass: "backoff",
      code: "deadline_exceeded",
      message: `Gave up waiting: ${why}`,
    });
  }
  if (item.kind === "poll") {
    logJob(item.job.id, "polled", { why });
    return await acknowledge(message);
  }
  const seconds = Math.min(
    FIRST_WAIT_SECONDS * 2 ** (read_count - 1),
    LONGEST_WAIT_SECONDS,
  );
  logJob(item.job.id, "asking again", { why, seconds });
  await defer(message, seconds).catch((error) => logError("settle", error, { job: item.job.id }));
}

function isPastDeadline({ job }: WorkItem): boolean {
  return job.deadline_at !== null && Date.parse(job.deadline_at) < Date.now();
}

/** Stops the task of a job that its user has cancelled. One that is not known, not stoppable or over already is let be. */
async function cancelTask(provider: Provider, message: Message, externalId: string | null): Promise<void> {
  const { job } = message.item;
  try {
    if (externalId) await provider.cancel?.(message.item, externalId);
    logJob(job.id, "cancelled", { taskId: externalId });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    logError("cancel", error, { job: job.id, taskId: externalId });
    // The message comes back with its lease; after that the task runs to its end, and its result is kept as an orphan.
    if (error.failure.retryClass !== "never" && message.read_count < MAX_CANCEL_READINGS) return;
  }
  await acknowledge(message);
}
