/** The page of others' accidents against the tests that make them happen: each number is either tested or written down. */
import assert from "node:assert/strict";
import { ROOT } from "../../scripts/paths.ts";

const PAGE = "docs/platforms/accidents.md";
const TESTS = `${ROOT}tests/known_bugs/publishing`;

/** The last cell of each row, by its number. */
function rows(): Map<number, string> {
  const lines = Deno.readTextFileSync(`${ROOT}${PAGE}`).matchAll(
    /^\| (\d+) \|(?:[^|\n]*\|){2}([^|\n]*)\|$/gm,
  );
  return new Map([...lines].map(([, number, done = ""]) => [Number(number), done]));
}

function tested(): Set<number> {
  const files = [...Deno.readDirSync(TESTS)].map(({ name }) => Deno.readTextFileSync(`${TESTS}/${name}`));
  return new Set(
    files.flatMap((text) => [...text.matchAll(/["`]accident (\d+):/g)].map(([, number]) => Number(number))),
  );
}

Deno.test("each accident of the page is a test, or a link to where its choice is written", () => {
  const known = tested();
  const open = [...rows()].filter(([number, done]) => !known.has(number) && !/\]\([^)]+\)/.test(done));
  assert.deepEqual(open.map(([number]) => number), []);
});

Deno.test("each test of an accident has its line on the page", () => {
  const page = rows();
  assert.ok(page.size >= 19);
  assert.deepEqual([...tested()].filter((number) => !page.has(number)), []);
});
