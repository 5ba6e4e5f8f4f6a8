import assert from "node:assert/strict";
import { createLane, createUser, createWaitingJobs } from "./actors.ts";
import { jobsIn } from "./facts.ts";
import { ENDINGS, races, skips, start, waits } from "./harness.ts";

const { race } = races();

for (const ending of ENDINGS) {
  race(
    `two looks at the rules at once open one alert, whether the first ends in ${ending}`,
    async ({ a, b, referee }) => {
      await referee.rows("delete from ops.alert_rules");
      await referee.rows(`
      insert into ops.alert_rules (name, count_name, look_back, threshold)
      values ('a lane is paused', 'lanes paused', '1 minute', 1)`);
      await referee.rows("select ops.pause_lane('publication', 'a test')");

      await a.begin();
      await a.rows("select private.alerts_tick()");
      const second = start(b.rows("select private.alerts_tick() ->> 'opened' as opened"));
      await waits(referee, b, a);
      await a.end(ending);
      assert.deepEqual([...await second], [{ opened: ending === "commit" ? "0" : "1" }]);
      assert.deepEqual([...await referee.rows("select rule from ops.alerts where closed_at is null")], [
        { rule: "a lane is paused" },
      ]);
    },
  );
}

race("a sweep waits for no lane, job or slot that others have locked", async ({ a, b, referee }) => {
  const lane = await createLane(referee, { capacity: 1 });
  await createWaitingJobs(referee, lane, [await createUser(referee)]);
  await a.begin();
  await a.rows("select from private.lanes for no key update");
  await a.rows("select from public.jobs for update");
  await a.rows("select from private.slots for update");
  await skips(referee, b, b.rows("select private.sweep()"));
  await a.end("commit");
  await referee.rows("select private.sweep()");
  assert.equal((await jobsIn(referee, lane, "processing")).length, 1);
});
