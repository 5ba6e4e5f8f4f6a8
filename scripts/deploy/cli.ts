/** Runs the Supabase CLI for a deployment. What it needs to keep secret goes by the environment, never by its arguments. */
import { supabaseBinary } from "@esteira/supabase-cli/binary";
import type { Holder } from "../program/exit.ts";
import { ROOT } from "../paths.ts";
import { DeployError } from "./deploy_error.ts";
import { redact } from "./redact.ts";

/** The database's password, for those who do not want the CLI to make itself a login. */
export const PASSWORD_VARIABLE = "SUPABASE_DB_PASSWORD";

/** Runs `supabase <args>`; resolves when it ended well. */
export type Cli = (...args: string[]) => Promise<void>;

/** For so long it may end by itself when it is told to; nothing that it leaves undone is left half done. */
const PATIENCE_MS = 3_000;

/** A CLI that comes with `token`, and ends with the program. */
export function makeCli(token: string, { atExit }: Pick<Holder, "atExit">): Cli {
  return async (...args) => {
    const child = new Deno.Command(supabaseBinary(), {
      args: [...args, "--yes"],
      cwd: ROOT,
      env: {
        SUPABASE_ACCESS_TOKEN: token,
        SUPABASE_TELEMETRY_DISABLED: "1",
        DO_NOT_TRACK: "1",
        NO_COLOR: "1",
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const ended = child.output();
    atExit(() => stop(child, ended));
    const { code, stdout, stderr } = await ended;
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

async function stop(child: Deno.ChildProcess, ended: Promise<unknown>): Promise<void> {
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended.
    }
  };
  kill("SIGTERM");
  const timer = setTimeout(() => kill("SIGKILL"), PATIENCE_MS);
  await ended;
  clearTimeout(timer);
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
