/**
 * Jobs in every state live through an upgrade: from the last release to HEAD, and from HEAD to a release that nobody
 * has made. A release that loses or pays something twice does not get past these checks.
 */
import assert from "node:assert/strict";
import type postgres from "postgres";
import { judge } from "./judge.ts";
import { BROKEN, MADE_UP } from "./made_up.ts";
import { sinceLastRelease } from "./migrations.ts";
import { upgrade } from "./run.ts";

const { released, fresh, seed } = await sinceLastRelease();
const head = [...released, ...fresh];

Deno.test({
  name: "jobs of the last release go on to their right end with HEAD's migrations",
  ignore: released.length === 0 || fresh.length === 0, // nothing to upgrade from, or to
  fn: async () => assert.deepEqual(judge(await upgrade({ base: released, head: fresh, seed })), {}),
});

Deno.test("jobs of HEAD go on to their right end with the next migration, and shipped rows follow it", async () => {
  const look = async (sql: postgres.Sql) => {
    const completed =
      await sql`select distinct made_up from public.jobs where status = 'completed' order by 1`;
    assert.deepEqual(completed.map(({ made_up }) => made_up), ["after", "before"]);
    const [rule] = await sql`select threshold::integer from ops.alert_rules where name = 'Many jobs fail'`;
    assert.equal(rule?.threshold, 25);
  };
  assert.deepEqual(judge(await upgrade({ base: head, head: [MADE_UP], seed }, { look })), {});
});

Deno.test("a migration that loses or pays something twice is caught", async () => {
  const sql = [...BROKEN.map((broken) => broken.sql), MADE_UP.sql].join("\n");
  const found = judge(
    await upgrade({ base: head, head: [{ ...MADE_UP, sql }], seed }, { patienceMs: 12_000 }),
  );
  for (const { claim } of BROKEN) {
    assert.ok(
      Object.keys(found).some((name) => claim.test(name)),
      `${claim}: ${JSON.stringify(found, null, 2)}`,
    );
  }
});
