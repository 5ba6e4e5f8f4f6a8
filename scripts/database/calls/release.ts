/**
 * supabase/releases/<version>.json: what the functions of a release use of the database, and what they were given. The
 * functions of the release before go on working on a newer schema: between `db push` and `functions deploy` they are
 * what there is. So each of their calls is looked for in HEAD's schema.
 */
import { join } from "node:path";
import { z } from "zod";
import { SUPABASE } from "../../paths.ts";
import { usedFunction, usedTable } from "./request.ts";

/** Column or argument → type, as Postgres writes it. A scalar result is called "". */
const types = z.record(z.string(), z.string());

const given = z.discriminatedUnion("kind", [
  usedFunction.extend({
    argumentTypes: types,
    returnsSet: z.boolean(),
    /** What comes back: the columns of a row, or one scalar. */
    result: types,
  }),
  usedTable.extend({ columnTypes: types }),
]);
/** A use of the database, and what it was given. */
export type Given = z.infer<typeof given>;

const releaseFile = z.strictObject({ version: z.string(), uses: z.array(given) });
export type ReleaseFile = z.infer<typeof releaseFile>;

const pathOf = (version: string) => join(SUPABASE, "releases", `${version}.json`);

/** Reads what a release uses. */
export async function readRelease(version: string): Promise<ReleaseFile> {
  return releaseFile.parse(JSON.parse(await Deno.readTextFile(pathOf(version))));
}

/** Writes it. */
export async function writeRelease(release: ReleaseFile): Promise<void> {
  await Deno.mkdir(join(SUPABASE, "releases"), { recursive: true });
  await Deno.writeTextFile(pathOf(release.version), JSON.stringify(release, null, 2) + "\n");
}
