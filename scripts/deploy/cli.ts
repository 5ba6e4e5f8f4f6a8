/** Runs the Supabase CLI for a deployment. What it needs to keep secret goes by the environment, never by its arguments. */
import { supabaseBinary } from "@esteira/supabase-cli/binary";
import { ROOT } from "../paths.ts";
import { DeployError } from "./deploy_error.ts";
import { redact } from "./redact.ts";

/** The database's password, for those who do not want the CLI to make itself a login. */
export const PASSWORD_VARIABLE = "SUPABASE_DB_PASSWORD";

/** Runs `supabase <args>`; resolves when it ended well. */
export type Cli = (...args: string[]) => Promise<void>;

/** A CLI that comes with `token`, and is stopped when `ending` is aborted. */
export function makeCli(token: string, ending: AbortSignal): Cli {
  return async (...args) => {
    const { code, stdout, stderr } = await new Deno.Command(supabaseBinary(), {
      args: [...args, "--yes"],
      cwd: ROOT,
      env: {
        SUPABASE_ACCESS_TOKEN: token,
        SUPABASE_TELEMETRY_DISABLED: "1",
        DO_NOT_TRACK: "1",
        NO_COLOR: "1",
      },
      stdin: "null",
      signal: ending,
    }).output();
    if (code === 0) return;
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const said = redact(decode(stderr) + decode(stdout), [token, Deno.env.get(PASSWORD_VARIABLE) ?? ""]);
    throw new DeployError(
      "command_failed",
      `supabase ${args.join(" ")} said:\n${indented(said)}`,
      hint(said),
    );
  };
}

/** The last of what it said, where the error is. */
function indented(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() && !line.startsWith("Try rerunning"));
  return lines.slice(-12).map((line) => `  ${line}`).join("\n");
}

/** What helps with the failures that are known. */
function hint(said: string): string {
  if (/password authentication failed|SUPABASE_DB_PASSWORD|login role|temp role/i.test(said)) {
    return `Put the database's password into ${PASSWORD_VARIABLE} (Dashboard → Database → Settings; it can be set ` +
      "anew there), and run this again.";
  }
  if (/lock timeout|canceling statement due to lock/i.test(said)) {
    return "Something holds what a migration changes. Run this again when there is less to do.";
  }
  if (/ENOTFOUND|ECONNREFUSED|timed? ?out|IPv6 is not supported/i.test(said)) {
    return "The database cannot be reached from here: look at Dashboard → Database → Settings → Network " +
      "restrictions, and run this again.";
  }
  return "Mend that and run the same command again: it goes on where it stopped.";
}
