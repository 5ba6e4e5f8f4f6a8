/** What must be so, whatever was played. */
import assert from "node:assert/strict";
import { USERS } from "./fake_moves.ts";
import type { Stage } from "./fake_stage.ts";

/** Each screen shows the rows of its user, nobody saw anybody else's, and every join had a token of then. */
export function checkScreens(stage: Stage, when: string): void {
  for (const { tab, screen } of stage.ever) {
    assert.deepEqual(screen.faults, [], `${when}: ${tab.link.userId()}`);
  }
  stage.seen(({ tab, screen }) => {
    const user = tab.link.userId();
    const { status, reason } = tab.link.connection.getSnapshot();
    assert.deepEqual(screen.rows, stage.project.rowsOf(user), `${when}: ${user} is ${status} (${reason})`);
    assert.equal(status === "signed_out", user === null, `${when}: ${user} is ${status}`);
  });
  for (const { topic, userId, at } of stage.project.realtime.joins) {
    assert.equal(topic, `jobs:${userId}`, `${when}: a join at ${at} of ${topic} with a token of ${userId}`);
  }
}

/** What happens now comes by itself, and at once. */
export async function checkLive(stage: Stage): Promise<void> {
  stage.seen(({ tab }) => {
    const { status, reason } = tab.link.connection.getSnapshot();
    if (tab.link.userId() !== null) assert.equal(status, "live", reason);
  });
  for (const user of USERS) stage.commit(user, "last", [0]);
  await stage.project.clock.pass(100);
  checkScreens(stage, "live");
  stage.seen(({ tab, screen }) => {
    if (tab.link.userId() !== null) assert.notEqual(screen.messages, 0, "no broadcast came");
  });
  for (const user of USERS) {
    const tabs = stage.shown.flatMap((each) => each?.tab.link.userId() === user ? [each.tab] : []);
    const open = tabs.filter(({ page }) => !page.isFrozen).flatMap(({ sockets }) => [...sockets])
      .filter(({ readyState }) => readyState === 1);
    if (stage.options.shareTabs !== false) assert.ok(open.length <= 1, `${open.length} sockets of ${user}`);
  }
}

/** No more requests than the rules allow. */
export function checkManners(stage: Stage): void {
  const { reads } = stage.project;
  assert.ok(reads.every(({ isVisible }) => isVisible), "something was read for nobody");
  for (const { tab, screen } of stage.ever) {
    const mine = reads.filter(({ page }) => page === tab.page);
    const polls = mine.filter(({ reason }) => reason === "poll");
    for (const [i, { at }] of polls.entries()) {
      const before = polls[i - 1]?.at ?? -Infinity;
      assert.ok(at < before || at - before >= 4_000, `polls ${at - before} ms apart`);
    }
    const causes = screen.states.length + screen.users.length + screen.gaps + screen.holds + screen.wakes;
    const most = stage.project.clock.elapsed / 4_000 + 3 * causes + 3;
    assert.ok(mine.length <= most, `${mine.length} reads, ${most} at most`);
  }
}
