/** A Supabase project on disk, as the CLI lays it out: `supabase/config.toml`, `migrations/`, `seed.sql`, `functions/`. */
import { join } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { type Migration, readMigrations } from "./postgres/migrations.ts";

const config = z.object({
  api: z.object({
    port: z.number().default(54321),
    schemas: z.array(z.string()).default(["public"]),
    extra_search_path: z.array(z.string()).default(["public", "extensions"]),
    max_rows: z.number().default(1000),
  }).prefault({}),
  db: z.object({
    port: z.number().default(54322),
    seed: z.object({
      enabled: z.boolean().default(true),
      sql_paths: z.array(z.string()).default(["./seed.sql"]),
    })
      .prefault({}),
  }).prefault({}),
  auth: z.object({ jwt_expiry: z.number().default(3600) }).prefault({}),
  storage: z.object({ file_size_limit: z.string().default("50MiB") }).prefault({}),
  functions: z.record(z.string(), z.object({ verify_jwt: z.boolean().default(true) })).default({}),
});

/** What the stack needs to know of a project. */
export interface Project {
  /** The directory that holds `config.toml`. */
  directory: string;
  config: z.infer<typeof config>;
  migrations: Migration[];
  seed: string;
}

/** Reads the project in `directory` (usually `<repository>/supabase`). Unknown settings of config.toml are ignored. */
export async function readProject(directory: string): Promise<Project> {
  const settings = config.parse(parse(await Deno.readTextFile(join(directory, "config.toml"))));
  const { enabled, sql_paths } = settings.db.seed;
  const seeds = enabled ? sql_paths.map((path) => Deno.readTextFile(join(directory, path))) : [];
  return {
    directory,
    config: settings,
    migrations: await readMigrations(join(directory, "migrations")),
    seed: (await Promise.all(seeds)).join("\n"),
  };
}

/** Bytes of a size as config.toml writes it: `50MiB`, `500KB`, `1024`. */
export function parseSize(text: string): number {
  const match = text.match(/^(\d+)\s*([KMG]i?B?|B)?$/i);
  if (!match?.[1]) throw new Error(`"${text}" is not a size`);
  const power = { k: 1, m: 2, g: 3 }[match[2]?.[0]?.toLowerCase() ?? ""] ?? 0;
  return Number(match[1]) * 1024 ** power;
}
