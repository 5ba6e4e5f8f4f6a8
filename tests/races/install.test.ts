import assert from "node:assert/strict";
import { ENDINGS, races, type Session, start, waits } from "./harness.ts";

const { race } = races();

/** What became of the first lane in an install. */
async function install(session: Session): Promise<string> {
  const { outcome } = await session.row<{ outcome: string }>(
    "select outcome from ops.install() where name = 'runninghub'",
  );
  return outcome;
}

/** What became of an alert rule that was shipped by itself: its outcome, and the note if there is one. */
async function ship(session: Session, name: string, threshold: number): Promise<string> {
  const { outcome, note } = await session.row<{ outcome: string; note: string | null }>(
    "select outcome, note from private.ship_row('alert rule', 'ops.alert_rules', 'name', $1, $2)",
    [name, { count_name: "attempts failed", look_back: "15 minutes", threshold }],
  );
  return [outcome, note].filter(Boolean).join(", ");
}

async function thresholdOf(session: Session, name: string): Promise<string> {
  const { threshold } = await session.row<{ threshold: string }>(
    "select threshold::text from ops.alert_rules where name = $1",
    [name],
  );
  return threshold;
}

for (const ending of ENDINGS) {
  race(
    `of two installs at once the second finds what the first brought (${ending})`,
    async ({ a, b, referee }) => {
      // As before the first install, as far as the first row goes: later ones are waited for as rows.
      for (const table of ["public.tools", "private.slots", "private.accounts", "private.lanes"]) {
        await referee.rows(`delete from ${table} where lane = 'runninghub'`);
      }
      await referee.rows("delete from private.shipped_rows where name = 'runninghub'");
      await a.begin();
      assert.equal(await install(a), "inserted");
      const second = start(install(b));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await second, ending === "commit" ? "unchanged" : "inserted");
    },
  );

  race(
    `what an operator is just changing is waited for, and stays (${ending})`,
    async ({ a, b, referee }) => {
      const rule = `Changed while it is shipped (${ending})`;
      assert.equal(await ship(referee, rule, 20), "inserted");
      await a.begin();
      await a.rows("update ops.alert_rules set threshold = 10 where name = $1", [rule]);
      const shipped = start(ship(b, rule, 30));
      await waits(referee, b, a);
      await a.end(ending);
      const stays = "unchanged, as an operator has set it: threshold";
      assert.equal(await shipped, ending === "commit" ? stays : "updated");
      assert.equal(await thresholdOf(referee, rule), ending === "commit" ? "10" : "30");
    },
  );
}
