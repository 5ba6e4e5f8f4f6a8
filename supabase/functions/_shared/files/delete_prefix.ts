/** Deleting files by the beginning of their paths. Storage knows no such call: they are listed, then removed. */
import { admin, unwrap } from "../engine/database.ts";

/** Storage lists and removes so many at once. */
const PAGE = 1000;

/**
 * Deletes the files of `bucket` whose path begins with `prefix`, but those of `keep`; those in folders below too. Stops when
 * `deadline` (milliseconds since 1970) has come; returns whether all are gone.
 */
export async function deletePrefix(
  bucket: string,
  prefix: string,
  { keep = [], deadline }: { keep?: readonly string[]; deadline: number },
): Promise<boolean> {
  const slash = prefix.lastIndexOf("/");
  // With its slash: so Storage tells `u//` from `u/`. Paths of an earlier time may have folders without a name.
  const [folder, begins] = [prefix.slice(0, slash + 1), prefix.slice(slash + 1)];
  let passed = 0;
  while (Date.now() < deadline) {
    const page = await list(bucket, folder, begins, passed);
    const below = page.filter(({ name }) => name.startsWith(begins));
    const path = (name: string) => folder + name;
    for (const { name } of below.filter(({ id }) => id === null)) {
      if (!await deletePrefix(bucket, `${path(name)}/`, { keep, deadline })) return false;
    }
    const doomed = below.filter(({ id }) => id !== null).map(({ name }) => path(name))
      .filter((one) => !keep.includes(one));
    const gone = doomed.length === 0
      ? 0
      : unwrap(await admin().storage.from(bucket).remove(doomed))?.length ?? 0;
    if (page.length < PAGE) return gone === doomed.length;
    // What went makes room on the page before the next one; folders are gone when what is in them is.
    passed += page.length - gone - below.filter(({ id }) => id === null).length;
  }
  return false;
}

/** Deletes the files of these paths; those that are not there are gone. */
export async function deletePaths(bucket: string, paths: readonly string[]): Promise<void> {
  if (paths.length > 0) unwrap(await admin().storage.from(bucket).remove([...paths]));
}

async function list(
  bucket: string,
  folder: string,
  search: string,
  offset: number,
): Promise<{ name: string; id: string | null }[]> {
  const sortBy = { column: "name", order: "asc" };
  const options = { limit: PAGE, offset, sortBy, ...search === "" ? {} : { search } };
  return unwrap(await admin().storage.from(bucket).list(folder, options)) ?? [];
}
