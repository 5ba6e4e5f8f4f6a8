/** Runs the real Supabase CLI, from npm, quietly and without telemetry. */
import { join } from "node:path";
import { run } from "@esteira/local-supabase/command";
import { exists } from "@esteira/local-supabase/cache";
import { ROOT } from "./paths.ts";

/** Where the CLI's binary is. */
export async function binary(): Promise<string> {
  const packages = ["@supabase/cli-linux-x64/bin/supabase", ".bin/supabase"];
  for (const path of packages.map((name) => join(ROOT, "node_modules", name))) {
    if (await exists(path)) return path;
  }
  throw new Error(`The Supabase CLI is missing. Run "npm ci" in ${ROOT}`);
}

/** Runs `supabase <args>` in the repository and returns what it printed. Throws CommandError when it fails. */
export async function supabase(...args: string[]): Promise<string> {
  const env = { SUPABASE_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", PGSSLMODE: "disable", NO_COLOR: "1" };
  return await run(await binary(), [...args, "--yes"], { cwd: ROOT, env });
}
