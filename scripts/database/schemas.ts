/**
 * supabase/schemas: what people read and change. The order of its rooms is that of `[db.migrations] schema_paths` in
 * supabase/config.toml; within a room the files are read in the order of their names.
 */
import { join, posix } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { SUPABASE } from "../paths.ts";

export interface SchemaFile {
  /** Below supabase/, such as `schemas/jobs/10_jobs.sql`. */
  path: string;
  sql: string;
}

/** schema_paths and the files in schemas/ do not fit each other; the message names what is at fault. */
export class SchemaFilesError extends Error {
  readonly code = "schema_files_do_not_fit";
}

const config = z.object({
  db: z.object({ migrations: z.object({ schema_paths: z.array(z.string()).min(1) }) }),
});

/**
 * Reads the schema files of the project in `directory`, in the order in which they build the database.
 * @throws SchemaFilesError when a file would be left out or read twice, or a pattern fits no file.
 */
export async function readSchemaFiles(directory: string = SUPABASE): Promise<SchemaFile[]> {
  const settings = config.safeParse(parse(await Deno.readTextFile(join(directory, "config.toml"))));
  if (!settings.success) {
    throw new SchemaFilesError("supabase/config.toml names no schema_paths in [db.migrations]");
  }
  const paths = orderSchemaFiles(
    settings.data.db.migrations.schema_paths,
    await listFiles(directory, "schemas"),
  );
  return await Promise.all(
    paths.map(async (path) => ({ path, sql: await Deno.readTextFile(join(directory, path)) })),
  );
}

/**
 * Puts `files` into the order of `patterns`: globs such as `./schemas/jobs/*.sql`, whose files are sorted as bytes.
 * @throws SchemaFilesError, see above.
 */
export function orderSchemaFiles(patterns: readonly string[], files: readonly string[]): string[] {
  const sorted = files.toSorted();
  const patternOf = new Map<string, string>();
  for (const pattern of patterns) {
    const matches = sorted.filter((file) => posix.matchesGlob(file, posix.normalize(pattern)));
    if (matches.length === 0) throw new SchemaFilesError(`schema_paths: ${pattern} fits no file`);
    for (const file of matches) {
      const other = patternOf.get(file);
      if (other !== undefined) {
        throw new SchemaFilesError(
          `${file} would be read twice: schema_paths names it in ${other} and in ${pattern}`,
        );
      }
      patternOf.set(file, pattern);
    }
  }
  const forgotten = sorted.filter((file) => !patternOf.has(file));
  if (forgotten.length > 0) {
    throw new SchemaFilesError(`schema_paths leaves out ${forgotten.join(", ")}`);
  }
  return [...patternOf.keys()];
}

/** Paths of the files below `directory`/`folder`, hidden ones excepted, relative to `directory`. */
async function listFiles(directory: string, folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(directory, folder))) {
    if (name.startsWith(".") || name.endsWith(".md")) continue;
    const path = `${folder}/${name}`;
    if (isDirectory) paths.push(...await listFiles(directory, path));
    else paths.push(path);
  }
  return paths;
}
