/** The commands that our pages show can be typed: the Supabase CLI knows them, npm's scripts are there, and so are files. */
import assert from "node:assert/strict";
import { commandLines } from "./command_lines.ts";
import { pages, repository } from "./repository.ts";
import { complaint } from "./supabase_help.ts";

/** Commands of the pages and of CI, with the place where each stands. */
async function shown(...programs: string[]): Promise<{ place: string; words: readonly string[] }[]> {
  const tree = await repository();
  const workflows = tree.files.filter((file) => file.startsWith(".github/workflows/"))
    .map((file): [string, string] => [file, `\`\`\`sh\n${tree.read(file).replace(/^\s*(- )?run: /gm, "")}`]);
  return [...await pages(), ...workflows].flatMap(([file, text]) =>
    commandLines(text, programs).map(({ line, words }) => ({ place: `${file}:${line}`, words }))
  );
}

Deno.test("the Supabase CLI knows each of its commands that is shown, with each of the flags", async () => {
  const found = await shown("supabase");
  const answers = await Promise.all(found.map(async ({ place, words }) => [place, await complaint(words)]));
  const problems = answers.flatMap(([place, problem]) => problem ? [`${place}: ${problem}`] : []);
  assert.deepEqual(problems, []);
  const names = found.map(({ words }) => words.slice(1, 3).join(" "));
  for (const name of ["db push", "functions deploy", "secrets set"]) {
    assert.ok(names.includes(name), `${name} is shown`);
  }
});

Deno.test("each npm script that is shown is there", async () => {
  const { scripts } = JSON.parse((await repository()).read("package.json"));
  const missing = (await shown("npm")).flatMap(({ place, words: [, verb = "", name = ""] }) => {
    const script = verb === "run" ? name : ["start", "test"].includes(verb) ? verb : null;
    return script === null || Object.hasOwn(scripts, script) ? [] : [`${place}: ${script}`];
  });
  assert.deepEqual(missing, []);
});

Deno.test("each file that a command names is there", async () => {
  const { files } = await repository();
  const folders = new Set(files.map((file) => file.split("/")[0]));
  const isThere = (path: string) =>
    files.some((file) => file === path || file.startsWith(`${path.replace(/\/$/, "")}/`));
  const missing = (await shown("node", "deno")).flatMap(({ place, words }) =>
    words.filter((word) =>
      /^[\w.-]+\/[\w./-]+$/.test(word) && folders.has(word.split("/")[0]) && !isThere(word)
    )
      .map((word) => `${place}: ${word}`)
  );
  assert.deepEqual(missing, []);
});

Deno.test("a command or flag that the CLI does not know is told", async () => {
  assert.equal(await complaint("supabase db push --remote --dry-run".split(" ")), null);
  assert.equal(await complaint("supabase functions deploy jobs -j 2 --remote=abc".split(" ")), null);
  assert.equal(
    await complaint("supabase db push --linked".split(" ")),
    "supabase db push has no flag --linked",
  );
  assert.equal(await complaint("supabase db pusch".split(" ")), "supabase db has no subcommand pusch");
  assert.equal(await complaint("supabase deploy".split(" ")), "supabase has no subcommand deploy");
});

Deno.test("commands are found in blocks of shell and in code, past assignments and comments", () => {
  const page =
    "Say `npx supabase start`.\n```sh\nA=b supabase db push   # --not-this\nnpm test && npm run x -- y\n```\n```ts\nsupabase.from()\n```";
  assert.deepEqual(commandLines(page, ["supabase", "npm"]), [
    { line: 1, words: ["supabase", "start"] },
    { line: 3, words: ["supabase", "db", "push"] },
    { line: 4, words: ["npm", "test"] },
    { line: 4, words: ["npm", "run", "x", "--", "y"] },
  ]);
});
