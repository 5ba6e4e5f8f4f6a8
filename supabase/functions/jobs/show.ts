/** How results are shown: addresses of jobs' files that a browser can open without a token. */
import type { Job, ShownFile, ShownJob, StoredFile } from "../../../shared/rows/job.ts";
import { isFileKey } from "../../../shared/words/file_keys.ts";
import { unwrap } from "../_shared/engine/database.ts";
import type { UserClient } from "../_shared/http/user.ts";
import { toldOutside } from "../_shared/runtime/env.ts";
import { logError } from "../_shared/runtime/log.ts";

/** How long a signed address is good: long enough for a screen, short enough for an address that is passed on. */
const SIGNED_SECONDS = 60 * 60;
/** A read of jobs waits no longer for Storage than this. */
const PATIENCE_MS = 5_000;
/** Storage signs no more than this in one call. */
const MOST_PATHS = 500;

/**
 * The jobs, with a signed address for each file of the completed ones, made with the caller's own rights. Never fails: a
 * file that could not be signed (Storage does not answer, the file is gone, it is not the caller's) has null for one.
 */
export async function shown(
  client: UserClient,
  jobs: readonly Job[],
  patienceMs: number = PATIENCE_MS,
): Promise<ShownJob[]> {
  const expiresAt = new Date(Date.now() + SIGNED_SECONDS * 1000).toISOString();
  const addresses = await signedUrls(client, jobs, patienceMs);
  return jobs.map((job) => {
    if (!job.output) return { ...job, output: null };
    const files = job.output.files.map((file): ShownFile => {
      const signedUrl = job.status === "completed" ? addresses.get(placeOf(file)) ?? null : null;
      return { ...file, signedUrl, signedUrlExpiresAt: signedUrl && expiresAt };
    });
    return { ...job, output: { ...job.output, files } };
  });
}

/**
 * What may change in jobs that are shown: the row, and the addresses of its files, which half of their life after they
 * were signed are to be had anew.
 */
export function stateOf(jobs: readonly Job[]): unknown {
  const half = Math.floor(Date.now() / (SIGNED_SECONDS * 500));
  return jobs.map((job) => [job.id, job.version, hasFiles(job) ? half : null]);
}

/** Whether each file of a completed job has its address: what lacks one is to be asked for again. */
export function isWhole(jobs: readonly ShownJob[]): boolean {
  return jobs.every((job) =>
    !hasFiles(job) || job.output?.files.every(({ signedUrl }) => signedUrl !== null)
  );
}

const hasFiles = ({ status, output }: Job | ShownJob): boolean =>
  status === "completed" && (output?.files.length ?? 0) > 0;

const placeOf = ({ bucket, path }: Pick<StoredFile, "bucket" | "path">) => `${bucket}/${path}`;

/** Signed addresses by bucket and path. There is but one bucket. */
async function signedUrls(
  client: UserClient,
  jobs: readonly Job[],
  patienceMs: number,
): Promise<Map<string, string>> {
  const bucket = "outputs";
  const paths = jobs.filter(hasFiles).flatMap(({ output }) => output?.files ?? [])
    .flatMap((file) => file.bucket === bucket && isFileKey(bucket, file.path) ? [file.path] : []);
  const calls = Array.from(
    { length: Math.ceil(paths.length / MOST_PATHS) },
    (_, n) => paths.slice(n * MOST_PATHS, (n + 1) * MOST_PATHS),
  );
  const signed = await Promise.all(calls.map(async (paths) => {
    try {
      const asked = client.storage.from(bucket).createSignedUrls(paths, SIGNED_SECONDS);
      return unwrap(await within(patienceMs, asked)).flatMap((
        { path, signedUrl, error },
      ): [string, string][] =>
        path && signedUrl && !error ? [[placeOf({ bucket, path }), toldOutside(signedUrl)]] : []
      );
    } catch (error) {
      logError("sign", error, { jobs: jobs.map(({ id }) => id), bucket });
      return [];
    }
  }));
  return new Map(signed.flat());
}

/** Waits for an answer of Storage, but not for ever. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Storage did not answer within ${ms} ms`)), ms);
  return await Promise.race([answer, promise]).finally(() => clearTimeout(timer));
}
