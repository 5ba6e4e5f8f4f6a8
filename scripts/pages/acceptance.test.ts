/** The acceptance page is what follows from rows and tests; and each way in which it could not be is noticed. */
import assert from "node:assert/strict";
import { findFaults } from "./acceptance/faults.ts";
import { renderPage } from "./acceptance/page.ts";
import { anchorsInRepository, PAGE, readMaterial } from "./acceptance/repository.ts";
import { parseDocument, type Row } from "./acceptance/rows.ts";
import { readTags } from "./acceptance/tags.ts";

Deno.test("every row of the acceptance list says the truth about its tests and pages", async () => {
  const { documents, tags, tagFaults } = await readMaterial();
  assert.deepEqual(tagFaults, []);
  assert.deepEqual(findFaults(documents, tags, anchorsInRepository), []);
});

Deno.test('docs/acceptance.md is up to date (else run "npm run acceptance")', async () => {
  const { documents, tags } = await readMaterial();
  const page = await Deno.readTextFile(PAGE);
  assert.ok(page === renderPage(documents, tags), "it is not what the rows and the tags make");
});

/** Lines of a test file; not written as they stand in one, or they would be tags themselves. */
const lines = (...lines: string[]) => lines.map((line) => line.replace("TAG", "@acceptance")).join("\n");

Deno.test("a tag belongs to the test below it", () => {
  const typescript = lines(
    "// TAG 001:29, 001:205-233",
    'Deno.test("a model is \\"ready\\"", async (t) => {',
    "  // TAG 001:30",
    "  // Progress only rises.",
    "  await t.step(",
    "    `all of ${it}`,",
    "  );",
    "});",
    "// TAG 001:31",
    "Deno.test({",
    '  name: "an object",',
  );
  assert.deepEqual(readTags("tests/a.test.ts", typescript), {
    faults: [],
    tags: [
      { row: "001:29", file: "tests/a.test.ts", test: 'a model is "ready"' },
      { row: "001:205-233", file: "tests/a.test.ts", test: 'a model is "ready"' },
      { row: "001:30", file: "tests/a.test.ts", test: "all of ${it}" },
      { row: "001:31", file: "tests/a.test.ts", test: "an object" },
    ],
  });
  const sql = lines(
    "-- TAG 003:1,5",
    "",
    "-- What this file is about; it's short.",
    "begin;",
    "-- TAG 003:7",
    "select is((select $$a;'b'$$ from t where x = 'y;'), 1, -- 'no'",
    "  'what a user''s query shows');",
    "select plan(1);",
  );
  assert.deepEqual(readTags("tests/b.test.sql", sql), {
    faults: [],
    tags: [
      { row: "003:1,5", file: "tests/b.test.sql", test: null },
      { row: "003:7", file: "tests/b.test.sql", test: "what a user's query shows" },
    ],
  });
});

Deno.test("a tag without a test, or without a row, is a fault where it stands", () => {
  const problemsOf = (file: string, ...text: string[]) =>
    readTags(file, lines(...text)).faults.map(({ line, problem }) => `${line}: ${problem}`);
  assert.deepEqual(problemsOf("a.test.ts", "", "// TAG 001:29", "const n = 1;"), [
    "2: there is no test below this tag",
  ]);
  assert.deepEqual(problemsOf("a.test.sql", "-- TAG 001:29", "update t set x = 'y';"), [
    "1: there is no test below this tag",
  ]);
  assert.deepEqual(problemsOf("a.test.ts", "// TAG 001 29", 'Deno.test("x", () => {});'), [
    '1: "001 29" is not the name of a row',
  ]);
});

const row = (more: Partial<Row> = {}): Row => ({
  id: "001:29",
  lines: "29",
  item: "a thing",
  state: "works",
  ...more,
});
const tag = { row: "001:29", file: "a.test.ts", test: "shows it" };
/** The faults of a list with these rows and one page, `docs/why.md`, that has one heading. */
const faultsOf = (rows: Row[], tags = [tag]) =>
  findFaults(
    [{ document: "001", title: "A document", rows }],
    tags,
    (path) => path === "docs/why.md" ? new Set(["reason"]) : null,
  );

Deno.test("a list that is whole has no faults", () => {
  const rows = [
    row(),
    row({ id: "001:30", state: "different on purpose", page: "docs/why.md#reason" }),
    row({ id: "001:31", state: "partly", note: "half of it", by: ["Client"] }),
    row({ id: "001:32", state: "missing", note: "there is none", by: ["Client"] }),
  ];
  assert.deepEqual(faultsOf(rows, [tag, { ...tag, row: "001:31" }]), []);
});

Deno.test("each thing that is not as a row says is told", () => {
  const different: Partial<Row> = { state: "different on purpose" };
  const cases: [Row[], string, (typeof tag)[]?][] = [
    [[row()], "001:29 works, and no test shows it", []],
    [[row(), row()], "001:29 is there twice"],
    [[row()], "a.test.ts names 001:99, which is no row", [tag, { ...tag, row: "001:99" }]],
    [[row({ by: ["Client"] })], "001:29 works, and waits for Client"],
    [
      [row({ state: "missing", note: "none", by: ["Client"] })],
      "001:29 is missing, and a test shows it",
    ],
    [[row({ state: "partly", by: ["Client"] })], "001:29 is partly, and does not say what is not there"],
    [[row({ state: "partly", note: "half" })], "001:29 is partly, and does not say what is to bring it"],
    [[row(different)], "001:29 differs, and no page says why"],
    [[row({ ...different, page: "docs/no.md#reason" })], "001:29 points to docs/no.md, which is not there"],
    [
      [row({ ...different, page: "docs/why.md#nothing" })],
      "001:29 points to docs/why.md#nothing, and docs/why.md has no such heading",
    ],
  ];
  for (const [rows, fault, tags] of cases) assert.deepEqual(faultsOf(rows, tags), [fault]);
});

Deno.test("a row of an unknown state, or with a field too many, is not read", () => {
  const text = (row: object) =>
    JSON.stringify({ document: "001", title: "A document", rows: [{ lines: "1", item: "a", ...row }] });
  assert.equal(parseDocument(text({ state: "works" })).rows[0]?.id, "001:1");
  for (const bad of [{ state: "almost" }, { state: "works", tests: [] }, { state: "works", lines: "one" }]) {
    assert.throws(() => parseDocument(text(bad)), { name: "ZodError" });
  }
});

Deno.test("the page has the counts, and each row with its tests, once", () => {
  const rows = [row({ item: "a | b" }), row({ id: "001:30", lines: "30", state: "missing" })];
  const tags = [
    ...["an <img>", "an <img>", "another"].map((test) => ({ ...tag, test })),
    { ...tag, file: "x/b_c.test.sql", test: null },
  ];
  const page = renderPage([{ document: "001", title: "A document", rows }], tags);
  assert.ok(page.includes("| [001 A document](#001-a-document) | 2 | 1 | 0 | 1 | 0 |"), page);
  assert.ok(
    page.includes(
      "| 29 | a \\| b | **works** | [a](../a.test.ts): an &lt;img> · another<br>[b c](../x/b_c.test.sql) |",
    ),
    page,
  );
  assert.notEqual(page, renderPage([{ document: "001", title: "A document", rows }], []));
});
