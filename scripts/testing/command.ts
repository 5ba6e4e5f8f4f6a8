/** Runs programs for the parts of `npm test`, and reads what `deno test` says of itself. */
import { ROOT } from "../paths.ts";
import { denoFailures } from "./failures.ts";
import type { Print, Tally } from "./part.ts";

/** Runs a program in the repository, passing on what it prints; returns that and whether it succeeded. */
export async function runCommand(
  command: string,
  args: readonly string[],
  print: Print,
  env: Record<string, string> = {},
): Promise<{ success: boolean; text: string }> {
  const child = new Deno.Command(command, {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  const show = async (stream: ReadableStream<Uint8Array>, sink: typeof Deno.stdout | typeof Deno.stderr) => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      text += decoder.decode(bytes, { stream: true });
      print(sink, bytes);
    }
  };
  await Promise.all([show(child.stdout, Deno.stdout), show(child.stderr, Deno.stderr)]);
  return { success: (await child.status).success, text };
}

/** Runs `deno <args>`; it counts as one test. */
export async function denoCheck(args: readonly string[], print: Print): Promise<Tally> {
  const { success } = await runCommand(Deno.execPath(), args, print);
  return { passed: Number(success), failed: Number(!success) };
}

/** Runs `deno test <args>` and counts its tests. */
export async function denoTest(
  args: readonly string[],
  print: Print,
  env: Record<string, string> = {},
): Promise<Tally> {
  return (await heardDenoTest(args, print, env)).tally;
}

/** The same, with what it printed. */
export async function heardDenoTest(
  args: readonly string[],
  print: Print,
  env: Record<string, string> = {},
): Promise<{ tally: Tally; text: string }> {
  const { success, text } = await runCommand(Deno.execPath(), ["test", "-A", "--quiet", ...args], print, env);
  return { tally: readDenoTally(text, success), text };
}

/** What the last line of `deno test` counted; a run without one (it did not even start) is a failure. */
export function readDenoTally(text: string, success: boolean): Tally {
  const counts = [...text.matchAll(/(\d+) passed.*?\| (\d+) failed(?:.*?\| (\d+) ignored)?/g)].at(-1);
  const tally = {
    passed: Number(counts?.[1] ?? 0),
    failed: Number(counts?.[2] ?? 1),
    skipped: Number(counts?.[3] ?? 0),
  };
  if (success && tally.failed === 0) return tally;
  return { ...tally, failed: Math.max(1, tally.failed), failures: [denoFailures(text)] };
}
