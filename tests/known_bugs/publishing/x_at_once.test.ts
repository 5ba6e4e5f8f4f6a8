/** Accident 37 of others who publish to X (docs/platforms/accidents.md), between two connections to the database. */
import assert from "node:assert/strict";
import { createUser } from "../../races/actors.ts";
import { races, type Session, start, waits } from "../../races/harness.ts";
import { x } from "../../../supabase/functions/_shared/platforms/x/x.ts";

const { race } = races();
const tokens = (n: number) => ({
  access_token: `access-${n}`,
  refresh_token: `refresh-${n}`,
  expires_in: 7200,
});

async function connect(session: Session): Promise<string> {
  const { id } = await session.row<{ id: string }>(
    "select id from worker.save_connection($1, 'x', jsonb_build_object('external_id', gen_random_uuid()::text), $2)",
    [await createUser(session, 0), tokens(1)],
  );
  return id;
}
const claim = (session: Session, id: string) =>
  session.ask<{ verdict: string; claim: string; refresh_token?: string; access_token?: string }>(
    "worker.claim_refresh",
    { p_connection_id: id, p_refused_access_token: "access-1" },
  );

race(
  "accident 37: of two that find an access gone one renews it, and the other uses what that has brought",
  async ({ a, b, referee }) => {
    assert.ok(x.oauth.refreshIsSingleUse, "a second use of a refresh token ends the connection");
    const id = await connect(referee);
    await a.begin();
    const first = await claim(a, id);
    assert.deepEqual([first.verdict, first.refresh_token], ["claimed", "refresh-1"]);
    const second = start(claim(b, id));
    await waits(referee, b, a);
    await a.end("commit");
    const told = await second;
    assert.deepEqual(
      [told.verdict, told.refresh_token],
      ["wait", undefined],
      "it is not even shown the token",
    );
    await referee.ask("worker.refreshed", { p_connection_id: id, p_claim: first.claim, p_tokens: tokens(2) });
    const later = await claim(b, id);
    assert.deepEqual([later.verdict, later.access_token], ["fresh", "access-2"]);
  },
);

race("accident 37: nobody renews an access of X by the clock", async ({ referee }) => {
  const renewedAt = async (id: string) =>
    (await referee.row("select renew_at from private.connection_tokens where connection_id = $1", [id]))
      .renew_at;
  assert.equal(await renewedAt(await connect(referee)), null);
  // As it is for those platforms whose tokens may be used again.
  await referee.rows("update private.platforms set renew_ahead = '10 days' where platform = 'x'");
  assert.ok(await renewedAt(await connect(referee)) instanceof Date);
});
