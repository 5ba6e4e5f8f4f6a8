/** Deletes the files that nobody may have: of results that came too late, of jobs that failed, of users who are gone. */
import { type DoomedFiles, doomedFilesDeleted, receiveDoomedFiles } from "../engine/doomed_files.ts";
import { deletePrefix } from "../files/delete_prefix.ts";
import { logError } from "../runtime/log.ts";

const BATCH = 10;

/** Works until there is nothing to delete, or `deadline` (milliseconds since 1970) has come. Returns how many prefixes. */
export async function cleanDoomedFiles(deadline: number): Promise<number> {
  let count = 0;
  while (Date.now() < deadline) {
    const doomed = await receiveDoomedFiles(BATCH);
    if (doomed.length === 0) break;
    count += doomed.length;
    for (const one of doomed) {
      // One that cannot be deleted comes back later; the others are not its concern.
      await clean(one, deadline).catch((error) => logError("doomed files", error, { prefix: one.prefix }));
    }
  }
  return count;
}

async function clean({ doomed_id, bucket, prefix, keep }: DoomedFiles, deadline: number): Promise<void> {
  if (await deletePrefix(bucket, prefix, { keep, deadline })) await doomedFilesDeleted(doomed_id);
}
