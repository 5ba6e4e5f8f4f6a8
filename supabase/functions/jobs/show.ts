/** How results are shown: addresses of a job's files that a browser can open without a token. */
import type { Job, ShownFile, ShownJob, StoredFile } from "../../../shared/rows/job.ts";
import { isFileKey } from "../../../shared/words/file_keys.ts";
import { unwrap } from "../_shared/engine/database.ts";
import type { UserClient } from "../_shared/http/user.ts";
import { toldOutside } from "../_shared/runtime/env.ts";
import { logError } from "../_shared/runtime/log.ts";

/** How long a signed address is good: long enough for a screen, short enough for an address that is passed on. */
const SIGNED_SECONDS = 60 * 60;
/** A read of a job waits no longer for Storage than this. */
const PATIENCE_MS = 5_000;

/**
 * The job with a signed address for each file of a completed one, made with the caller's own rights. Never fails: a file
 * that could not be signed (Storage does not answer, the file is gone, it is not the caller's) has null for an address.
 */
export async function shown(
  client: UserClient,
  job: Job,
  patienceMs: number = PATIENCE_MS,
): Promise<ShownJob> {
  if (!job.output) return { ...job, output: null };
  const expiresAt = new Date(Date.now() + SIGNED_SECONDS * 1000).toISOString();
  const addresses = job.status === "completed"
    ? await signedUrls(client, job, patienceMs)
    : new Map<string, string>();
  const files = job.output.files.map((file): ShownFile => {
    const signedUrl = addresses.get(placeOf(file)) ?? null;
    return { ...file, signedUrl, signedUrlExpiresAt: signedUrl && expiresAt };
  });
  return { ...job, output: { ...job.output, files } };
}

const placeOf = ({ bucket, path }: Pick<StoredFile, "bucket" | "path">) => `${bucket}/${path}`;

/** Signed addresses by bucket and path: one call to Storage for all files of a bucket, and there is but one bucket. */
async function signedUrls(
  client: UserClient,
  { id, output }: Job,
  patienceMs: number,
): Promise<Map<string, string>> {
  const paths = new Map<string, string[]>();
  for (const { bucket, path } of output?.files ?? []) {
    if (bucket === "outputs" && isFileKey(bucket, path)) {
      paths.set(bucket, [...paths.get(bucket) ?? [], path]);
    }
  }
  const signed = await Promise.all([...paths].map(async ([bucket, paths]) => {
    try {
      const asked = client.storage.from(bucket).createSignedUrls(paths, SIGNED_SECONDS);
      return unwrap(await within(patienceMs, asked)).flatMap((
        { path, signedUrl, error },
      ): [string, string][] =>
        path && signedUrl && !error ? [[placeOf({ bucket, path }), toldOutside(signedUrl)]] : []
      );
    } catch (error) {
      logError("sign", error, { job: id, bucket });
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
