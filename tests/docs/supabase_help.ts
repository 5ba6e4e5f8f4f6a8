/** What the Supabase CLI knows to do, as it says itself: its subcommands and their flags. Needs no network. */
import { dirname, join } from "node:path";
import { cached, contentKey } from "@esteira/local-supabase/cache";
import { run } from "@esteira/local-supabase/command";
import { supabaseBinary } from "@esteira/supabase-cli/binary";

/** Help of each command that was asked for, by the command's words. */
const known = new Map<string, Promise<string>>();

/** What `supabase <words> --help` prints. */
export function help(words: readonly string[]): Promise<string> {
  const name = words.join(" ");
  const text = known.get(name) ?? ask(words);
  known.set(name, text);
  return text;
}

/** Asks once for each version of the CLI: it takes most of a second to say anything. */
async function ask(words: readonly string[]): Promise<string> {
  const binary = supabaseBinary();
  const { version } = JSON.parse(await Deno.readTextFile(join(dirname(binary), "../package.json")));
  const path = await cached(`help-${await contentKey(version, ...words)}`, async (scratch) => {
    const home = await Deno.makeTempDir(); // nothing that somebody has set up is looked at
    try {
      const env = { HOME: home, SUPABASE_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NO_COLOR: "1" };
      const text = await run(binary, [...words, "--help"], { cwd: home, env });
      await Deno.writeTextFile(join(scratch, "text"), text);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  });
  return await Deno.readTextFile(join(path, "text"));
}

/** What is wrong with a command line that begins with `supabase`; null when the CLI knows all of it. */
export async function complaint(command: readonly string[]): Promise<string | null> {
  const words: string[] = [];
  const rest = command.slice(1);
  for (;;) {
    const subcommands = subcommandsOf(await help(words));
    const [next] = rest;
    if (subcommands.size === 0 || next === undefined || next.startsWith("-")) break;
    if (!subcommands.has(next)) {
      return `supabase ${words.join(" ")} has no subcommand ${next}`.replace("  ", " ");
    }
    words.push(next);
    rest.shift();
  }
  const text = await help(words);
  for (const token of rest) {
    const flag = /^--?[\w-]+/.exec(token)?.[0];
    if (flag !== undefined && !flagsOf(text).has(flag)) {
      return `supabase ${words.join(" ")} has no flag ${flag}`;
    }
  }
  return null;
}

/** The names that the section SUBCOMMANDS lists. */
function subcommandsOf(text: string): Set<string> {
  const section = /^SUBCOMMANDS\n((?: {2}.*\n?)*)/m.exec(text)?.[1] ?? "";
  const names = [...section.matchAll(/^ {2}([\w-]+(?:, [\w-]+)*)/gm)].flatMap(([, names = ""]) =>
    names.split(", ")
  );
  return new Set(names);
}

/** The flags that the sections FLAGS and GLOBAL FLAGS list, long and short. */
function flagsOf(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/^ {2}(-.*?)(?: {2}|$)/gm)].flatMap(([, names = ""]) =>
      names.match(/--?[\w-]+/g) ?? []
    ),
  );
}
