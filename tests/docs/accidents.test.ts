/** The page of others' accidents against the tests that make them happen. */
import assert from "node:assert/strict";
import { ROOT } from "../../scripts/paths.ts";

const PAGE = "docs/platforms/accidents.md";
const TESTS = `${ROOT}tests/known_bugs/publishing`;

/** The numbers of the page's rows. */
function rows(): number[] {
  const lines = Deno.readTextFileSync(`${ROOT}${PAGE}`).matchAll(/^\| (\d+) \|/gm);
  return [...lines].map(([, number]) => Number(number));
}

function tested(): Set<number> {
  const files = [...Deno.readDirSync(TESTS)].map(({ name }) => Deno.readTextFileSync(`${TESTS}/${name}`));
  return new Set(
    files.flatMap((text) => [...text.matchAll(/["`]accident (\d+):/g)].map(([, number]) => Number(number))),
  );
}

Deno.test("each accident of the page is a test", () => {
  const known = tested();
  assert.deepEqual(rows().filter((number) => !known.has(number)), []);
});

Deno.test("the page has all 48, in their order, and no test has a number that is not there", () => {
  assert.deepEqual(rows(), Array.from({ length: 48 }, (_, n) => n + 1));
  assert.deepEqual([...tested()].filter((number) => number < 1 || number > 48), []);
});
