/** Deletes the files that nobody may have: of results that came too late, of jobs that failed, of users who are gone. */
import {
  type DoomedFiles,
  doomedFilesDeleted,
  type OwnedFiles,
  receiveDoomedFiles,
} from "../engine/doomed_files.ts";
import { deletePaths, deletePrefix } from "../files/delete_prefix.ts";
import { logError } from "../runtime/log.ts";

const BATCH = 10;
/** With so many there may be more (private.owned_files). */
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
  if (one.owned ? await deleteOwned(one) : await deleteBeneath(one, deadline)) {
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

/** Deletes them. Returns whether there were so few that these were all; else the rest comes when the lease ends. */
async function deleteOwned({ owned }: OwnedFiles): Promise<boolean> {
  for (const bucket of new Set(owned.map((file) => file.bucket))) {
    await deletePaths(bucket, owned.filter((file) => file.bucket === bucket).map(({ path }) => path));
  }
  return owned.length < MANY;
}
