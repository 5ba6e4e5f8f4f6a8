/** Runs the real Supabase CLI, from npm, quietly and without telemetry. */
import { run } from "@esteira/local-supabase/command";
import { supabaseBinary } from "@esteira/supabase-cli/binary";
import { ROOT } from "../paths.ts";

/** Runs `supabase <args>` in the repository and returns what it printed. Throws CommandError when it fails. */
export async function supabase(...args: string[]): Promise<string> {
  const env = { SUPABASE_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", PGSSLMODE: "disable", NO_COLOR: "1" };
  return await run(supabaseBinary(), [...args, "--yes"], { cwd: ROOT, env });
}
