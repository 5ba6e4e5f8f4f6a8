/** docs/diagnosing.md names every code that a verdict can have, once, with its level and who clears it. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { pages } from "./repository.ts";

interface Word {
  code: string;
  level: string;
  clears: string;
}

/** The heading under which codes of a place in the chain stand, by its upper end. */
const AREAS = [
  [199, "Machinery"],
  [299, "Waiting"],
  [399, "Publishing"],
  [699, "Running"],
  [799, "Ended"],
  [899, "Screens"],
  [999, "History"],
] as const;

/** The rows of the tables of codes, as `heading: code level clears`, in order. */
function rowsOf(page: string): string[] {
  return page.split(/^### /m).slice(1).flatMap((section) => {
    const heading = section.slice(0, section.indexOf("\n"));
    return [...section.matchAll(/^\| `(\w+)` \| (\w+) \| (\w+) \| [^|]*\S[^|]*\|$/gm)]
      .map(([, code, level, clears]) => `${heading}: ${code} ${level} ${clears}`);
  });
}

// @acceptance 002:7, 002:569-573
Deno.test("every verdict has its row in the operator's page, and no row is of another", async () => {
  const { migrations } = await readProject(SUPABASE);
  const cluster = await startDatabase({ migrations, seed: "" });
  const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
  try {
    const words = await sql<(Word & { place: number })[]>`
      select place, code, level, clears from private.verdict_words() where code is not null order by place`;
    const expected = words.map(({ place, code, level, clears }) =>
      `${AREAS.find(([end]) => place <= end)?.[1]}: ${code} ${level} ${clears}`
    );
    const page = (await pages()).get("docs/diagnosing.md") ?? "";
    assert.deepEqual(rowsOf(page).toSorted(), expected.toSorted());
  } finally {
    await sql.end();
    await cluster.stop();
  }
});

Deno.test("the page names no verdict that there is not", async () => {
  const page = (await pages()).get("docs/diagnosing.md") ?? "";
  const codes = new Set(rowsOf(page).map((row) => row.split(" ")[1]));
  const causes = page.slice(page.indexOf("## Cause by cause"), page.indexOf("## Following a job"));
  const named = [...causes.matchAll(/^\|[^|\n]*\|([^|\n]*)\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, code = ""]) => code)
  );
  assert.ok(named.length > 40);
  assert.deepEqual(named.filter((code) => !codes.has(code)), []);
});
