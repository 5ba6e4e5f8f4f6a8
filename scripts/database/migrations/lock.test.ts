import assert from "node:assert/strict";
import { BASELINE, INSTALL, renderBaseline } from "./baseline.ts";
import { DRAFT_MARK, lockProblems } from "./lock.ts";
import { type Released, sha256 } from "./released.ts";

const baseline = renderBaseline([{ path: "schemas/a/1.sql", sql: "create table public.a ();\n" }]);
const NOTHING: Released = { releases: [] };
const FIRST: Released = {
  releases: [{ version: "0.2.0", migrations: [{ file: BASELINE, sha256: sha256(baseline) }] }],
};
const second = `alter table public.a add column b integer;\n\n${INSTALL}\n`;

const problems = (released: Released, files: Record<string, string>, head = baseline) =>
  lockProblems({ released, files: new Map(Object.entries(files)), baseline: head });

/** Exactly one problem, which says this. */
function only(found: string[], message: RegExp): void {
  assert.equal(found.length, 1, found.join("\n"));
  assert.match(found[0] ?? "", message);
}

Deno.test("before the first release there is the baseline, as the schemas say", () => {
  assert.deepEqual(problems(NOTHING, { [BASELINE]: baseline }), []);
  only(
    problems(NOTHING, { [BASELINE]: baseline + " " }),
    /is not what supabase\/schemas says.*npm run migration/,
  );
  only(problems(NOTHING, {}), /is not what supabase\/schemas says/);
  only(
    problems(NOTHING, { [BASELINE]: baseline, "20261201000000_more.sql": second }),
    /more\.sql: while nothing is released/,
  );
});

Deno.test("a released file stays as it is", () => {
  assert.deepEqual(problems(FIRST, { [BASELINE]: baseline }), []);
  only(
    problems(FIRST, { [BASELINE]: baseline.replace("a ()", "b ()") }),
    /released with 0\.2\.0 and has been edited/,
  );
  only(problems(FIRST, {}), /released with 0\.2\.0 and is gone/);
});

Deno.test("a released file is told from one that was renamed", () => {
  const found = problems(FIRST, { "20261101000001_base.sql": baseline });
  assert.match(found[0] ?? "", /is now called 20261101000001_base\.sql/);
});

Deno.test("schemas that go on after a release do not touch the baseline", () => {
  assert.deepEqual(problems(FIRST, { [BASELINE]: baseline, "20261201000000_more.sql": second }, "other"), []);
});

Deno.test("what is new comes after what was released", () => {
  only(
    problems(FIRST, { [BASELINE]: baseline, "20261030000000_more.sql": second }),
    /20261030000000_more\.sql sorts before/,
  );
});

Deno.test("a draft is no migration", () => {
  only(
    problems(FIRST, { [BASELINE]: baseline, "20261201000000_more.sql": `-- ${DRAFT_MARK}\n${second}` }),
    /is still a draft/,
  );
});

Deno.test("a migration ends by bringing the shipped rows", () => {
  only(
    problems(FIRST, { [BASELINE]: baseline, "20261201000000_more.sql": "select 1;" }),
    /does not end with "select ops\.install\(\);"/,
  );
});

Deno.test("names tell versions apart", () => {
  only(
    problems(FIRST, { [BASELINE]: baseline, "20261201000000_a.sql": second, "20261201000000_b.sql": second }),
    /a\.sql and 20261201000000_b\.sql have the same version/,
  );
  only(problems(FIRST, { [BASELINE]: baseline, "20261201_A.sql": second }), /is not named/);
});
