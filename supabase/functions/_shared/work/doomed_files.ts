/** Deletes the files that nobody may have: of results that came too late, of jobs that failed, of users who are gone. */
import {
  type DoomedFiles,
  doomedFilesDeleted,
  type OwnedFiles,
  ownedFiles,
  receiveDoomedFiles,
} from "../engine/doomed_files.ts";
import { deletePaths, deletePrefix } from "../files/delete_prefix.ts";
import { logError } from "../runtime/log.ts";

const BATCH = 10;
/** With so many there may be more. */
const MANY = 1000;

/** Works until there is nothing to delete, or `deadline` (milliseconds since 1970) has come. Returns how many prefixes. */
export async function cleanDoomedFiles(deadline: number): Promise<number> {
  let count = 0;
  while (Date.now() < deadline) {
    const doomed = await receiveDoomedFiles(BATCH);
    if (doomed.length === 0) break;
    count += doomed.length;
    for (const one of doomed) {
      // One that cannot be deleted comes back later; the others are not its concern.
      await clean(one, deadline).catch((error) => logError("doomed files", error, { id: one.doomed_id }));
    }
  }
  return count;
}

async function clean(one: DoomedFiles, deadline: number): Promise<void> {
  const isDone = "bucket" in one ? await deleteBeneath(one, deadline) : await deleteOwned(one);
  if (isDone) {
    await doomedFilesDeleted(one.doomed_id);
  }
}

async function deleteBeneath(
  { bucket, prefix, is_exact, keep }: Exclude<DoomedFiles, OwnedFiles>,
  deadline: number,
): Promise<boolean> {
  if (!is_exact) return await deletePrefix(bucket, prefix, { keep, deadline });
  await deletePaths(bucket, keep.includes(prefix) ? [] : [prefix]);
  return true;
}

/**
 * Deletes them. Returns whether there were so few that these were all; else the rest comes when the lease ends. A bucket out
 * of which they cannot be deleted keeps none in another.
 */
async function deleteOwned(one: OwnedFiles): Promise<boolean> {
  const owned = await ownedFiles(one, MANY);
  const buckets = [...new Set(owned.map(({ bucket }) => bucket))];
  const results = await Promise.allSettled(
    buckets.map((name) =>
      deletePaths(name, owned.filter(({ bucket }) => bucket === name).map(({ path }) => path))
    ),
  );
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return owned.length < MANY;
}
