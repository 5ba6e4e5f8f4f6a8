/** Screens of one user that report at once, and while their user leaves: nothing is counted twice, lost or left behind. */
import assert from "node:assert/strict";
import { createUser } from "./actors.ts";
import { deleteUser } from "./endings.ts";
import { ENDINGS, races, type Session, start, waits } from "./harness.ts";

const { race } = races();

/** Says that these channels have each brought one change. */
async function report(session: Session, userId: string, channels: string[]): Promise<void> {
  await session.rows("select set_config('request.jwt.claims', $1, false)", [
    JSON.stringify({ sub: userId, role: "authenticated" }),
  ]);
  const late = [1, ...Array(11).fill(0)];
  await session.call("public.report_delivery", {
    p_reports: channels.map((channel) => ({
      channel,
      changes: 1,
      terminal: 1,
      missed: 0,
      late,
      late_max_ms: 5,
    })),
  });
}

/** What was added up, by channel. */
async function changesOf(referee: Session, userId: string): Promise<Record<string, number>> {
  const rows = await referee.rows<{ channel: string; changes: number }>(
    `select channel, sum(changes)::integer as changes from private.deliveries
     where user_id = $1 group by channel order by channel`,
    [userId],
  );
  return Object.fromEntries(rows.map(({ channel, changes }) => [channel, changes]));
}

for (const ending of ENDINGS) {
  race(`a tab that reports while another does waits, and both count (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const ana = await createUser(referee);
    await a.begin();
    await report(a, ana, ["realtime", "poll"]);
    const reported = start(report(b, ana, ["poll", "realtime"]));
    await waits(referee, b, a);
    await a.end(ending);
    await reported;
    const each = ending === "commit" ? 2 : 1;
    assert.deepEqual(await changesOf(referee, ana), { poll: each, realtime: each });
  });

  race(`a user who leaves waits for what a tab reports, and takes it along (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const ana = await createUser(referee);
    for (const channel of ["realtime", "poll"]) await report(referee, ana, [channel]);
    await a.begin();
    await report(a, ana, ["poll"]);
    const left = start(deleteUser(b, ana));
    await waits(referee, b, a);
    await report(a, ana, ["realtime"]); // what the deletion would have had first, were it not for the order
    await a.end(ending);
    await left;
    assert.deepEqual(await changesOf(referee, ana), {});
  });
}

race("what a tab reports while its user leaves is found when traces are looked for", async (track) => {
  const { a, b, referee } = track;
  const ana = await createUser(referee);
  await report(referee, ana, ["poll"]);
  await a.begin();
  await deleteUser(a, ana);
  const reported = start(report(b, ana, ["poll"]));
  await waits(referee, b, a);
  await a.end("commit");
  await reported;
  assert.deepEqual(await changesOf(referee, ana), { poll: 1 });
  await referee.rows("update private.leavers set due_at = '-infinity' where user_id = $1", [ana]);
  await referee.rows("select private.forget_leavers($1)", [ana]);
  assert.deepEqual(await changesOf(referee, ana), {});
});
