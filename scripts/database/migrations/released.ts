/** supabase/migrations/released.json: which migrations have been released, and what was in them. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { SUPABASE } from "../../paths.ts";

const released = z.strictObject({
  releases: z.array(z.strictObject({
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    /** Those that came with this release, in their order. */
    migrations: z.array(z.strictObject({
      file: z.string(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    })),
  })),
});
/** Releases from the first to the last. */
export type Released = z.infer<typeof released>;

/** Every migration file that was released, in order, and the release that it came with. */
export function lockedFiles({ releases }: Released): { version: string; file: string; sha256: string }[] {
  return releases.flatMap(({ version, migrations }) => migrations.map((locked) => ({ version, ...locked })));
}

/** Reads released.json in `directory`, by default supabase/migrations. Throws ZodError when it is not well formed. */
export async function readReleased(directory: string = join(SUPABASE, "migrations")): Promise<Released> {
  return released.parse(JSON.parse(await Deno.readTextFile(join(directory, "released.json"))));
}

/** Writes released.json. */
export async function writeReleased(
  content: Released,
  directory: string = join(SUPABASE, "migrations"),
): Promise<void> {
  await Deno.writeTextFile(join(directory, "released.json"), JSON.stringify(content, null, 2) + "\n");
}

/** The text of each migration file in `directory`, by its name and in the order of the names. */
export async function readMigrationFiles(
  directory: string = join(SUPABASE, "migrations"),
): Promise<ReadonlyMap<string, string>> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(directory)) if (name.endsWith(".sql")) names.push(name);
  return new Map(
    await Promise.all(
      names.sort().map(async (name) => [name, await Deno.readTextFile(join(directory, name))] as const),
    ),
  );
}

/** SHA-256 of a text, in hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
