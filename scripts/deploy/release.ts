/** What this checkout brings to a project: its version, its migrations, its functions. */
import { join } from "node:path";
import { parse } from "smol-toml";
import { contentKey } from "@esteira/local-supabase/cache";
import { readProject } from "@esteira/local-supabase/project";
import { VERSION } from "../../shared/version.ts";
import { type Import, readImports } from "../house/import_graph.ts";
import { ROOT, SUPABASE } from "../paths.ts";

export interface Release {
  readonly version: string;
  /** Versions of the migrations, in order: what stands before the first underscore of their names. */
  readonly migrations: readonly string[];
  /** Names of the Edge Functions, sorted. */
  readonly functions: readonly string[];
  /** Changes with every file that is deployed with one of the functions, and with how they are deployed. */
  digest(): Promise<string>;
}

/** Reads the checkout that this file lies in. */
export async function readRelease(): Promise<Release> {
  const { config, migrations } = await readProject(SUPABASE);
  const functions = Object.keys(config.functions).sort();
  let digest: Promise<string> | undefined;
  return {
    version: VERSION,
    migrations: migrations.map(({ version }) => version),
    functions,
    digest: () => digest ??= digestOf(functions),
  };
}

async function digestOf(functions: readonly string[]): Promise<string> {
  const imports = await readImports(["supabase/functions"]);
  const files = reached(imports, functions.map((name) => `supabase/functions/${name}/index.ts`));
  const config = parse(await Deno.readTextFile(join(SUPABASE, "config.toml")));
  const paths = [...files, "supabase/functions/import_map.json"];
  const texts = await Promise.all(paths.map((path) => Deno.readTextFile(join(ROOT, path))));
  return await contentKey(...paths, ...texts, JSON.stringify(config.functions));
}

/** Every file that one of `entries` imports, directly or by way of others, and themselves; sorted. */
export function reached(imports: readonly Import[], entries: readonly string[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) if (to !== null) next.set(from, [...next.get(from) ?? [], to]);
  const found = new Set(entries);
  for (const file of found) for (const to of next.get(file) ?? []) found.add(to);
  return [...found].sort();
}
