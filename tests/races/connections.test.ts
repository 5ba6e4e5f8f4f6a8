/** Connections that several want to renew, to use up, to end or to connect anew at the same time. */
import assert from "node:assert/strict";
import { createUser } from "./actors.ts";
import { ENDINGS, races, refusalOf, type Session, skips, start, waits } from "./harness.ts";

const { race } = races();

interface Connected {
  id: string;
  userId: string;
}

async function connect(session: Session, account = crypto.randomUUID(), userId?: string): Promise<Connected> {
  const owner = userId ?? await createUser(session, 0);
  const { id } = await session.row<{ id: string }>(
    `select id from worker.save_connection($1, 'x', jsonb_build_object('external_id', $2::text), $3)`,
    [owner, account, tokens(1)],
  );
  return { id, userId: owner };
}

const tokens = (n: number) => ({
  access_token: `access-${n}`,
  refresh_token: `refresh-${n}`,
  expires_in: 7200,
});

interface Verdict {
  verdict: string;
  claim: string;
  access_token: string;
  refresh_token: string;
}
const claim = (session: Session, { id }: Connected, n = 1) =>
  session.ask<Verdict>("worker.claim_refresh", {
    p_connection_id: id,
    p_refused_access_token: `access-${n}`,
  });
const refreshed = (session: Session, { id }: Connected, p_claim: string, n: number) =>
  session.ask<boolean>("worker.refreshed", { p_connection_id: id, p_claim, p_tokens: tokens(n) });
const disconnect = (session: Session, { id, userId }: Connected) =>
  session.call("worker.disconnect", { p_connection_id: id, p_user_id: userId });
const accessOf = async (session: Session, { id }: Connected) =>
  (await session.ask<{ access_token: string }>("worker.connection_tokens", { p_connection_id: id }))
    .access_token;
const stateOf = async (session: Session, { id }: Connected) =>
  (await session.row<{ state: string }>("select state from public.connections where id = $1", [id])).state;
const revocations = async (session: Session) =>
  (await session.rows<{ token: string }>(
    "select r #>> '{tokens,access_token}' as token from worker.receive_revocations(100) r",
  )).map(({ token }) => token);

for (const ending of ENDINGS) {
  race(
    `of two who set out to renew an access the second is told to wait, if the first has (${ending})`,
    async (track) => {
      const { a, b, referee } = track;
      const connected = await connect(referee);
      await a.begin();
      assert.equal((await claim(a, connected)).verdict, "claimed");
      const second = start(claim(b, connected));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal((await second).verdict, ending === "commit" ? "wait" : "claimed");
    },
  );

  race(
    `who sets out while another brings a new access home is given that (${ending})`,
    async ({ a, b, referee }) => {
      const connected = await connect(referee);
      const first = await claim(referee, connected);
      await a.begin();
      assert.equal(await refreshed(a, connected, first.claim, 2), true);
      const second = start(claim(b, connected));
      await waits(referee, b, a);
      await a.end(ending);
      const { verdict, access_token } = await second;
      assert.deepEqual(
        [verdict, access_token],
        ending === "commit" ? ["fresh", "access-2"] : ["wait", undefined],
      );
    },
  );

  race(
    `what is brought home to a connection that its owner ends is thrown away (${ending})`,
    async ({ a, b, referee }) => {
      const connected = await connect(referee);
      const first = await claim(referee, connected);
      await a.begin();
      await disconnect(a, connected);
      const late = start(refreshed(b, connected, first.claim, 2));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await late, ending === "rollback");
      assert.equal(await stateOf(referee, connected), ending === "commit" ? "revoked" : "live");
    },
  );

  race(`what is given back is what was brought home last (${ending})`, async ({ a, b, referee }) => {
    await referee.rows("delete from private.revocations");
    const connected = await connect(referee);
    const first = await claim(referee, connected);
    await a.begin();
    await refreshed(a, connected, first.claim, 2);
    const ended = start(disconnect(b, connected));
    await waits(referee, b, a);
    await a.end(ending);
    await ended;
    assert.deepEqual(await revocations(referee), [ending === "commit" ? "access-2" : "access-1"]);
  });

  race(`the last place of a window is one post's (${ending})`, async ({ a, b, referee }) => {
    await referee.rows(
      `update private.platforms set connection_post_limit = 2, connection_post_window = '1 hour'
      where platform = 'x'`,
    );
    const account = crypto.randomUUID();
    const [one, other] = [await connect(referee, account), await connect(referee, account)];
    const pass = (session: Session, { id }: Connected) =>
      session.ask<Date | null>("private.pass_limits", {
        p_connection_id: id,
        p_at: new Date().toISOString(),
      });
    assert.equal(await pass(referee, one), null);
    await a.begin();
    assert.equal(await pass(a, one), null);
    const second = start(pass(b, other));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await second === null, ending === "rollback");
    const { n } = await referee.row<{ n: string }>("select n from private.commit_counts where scope = $1", [
      `x:${account}`,
    ]);
    assert.equal(Number(n), 2);
  });

  race(
    `a user who leaves while an access is renewed leaves none behind (${ending})`,
    async ({ a, b, referee }) => {
      await referee.rows("delete from private.revocations");
      const connected = await connect(referee);
      const first = await claim(referee, connected);
      await a.begin();
      await refreshed(a, connected, first.claim, 2);
      const gone = start(b.call("ops.forget_user", { p_user_id: connected.userId }));
      await waits(referee, b, a);
      await a.end(ending);
      await gone;
      assert.deepEqual(await revocations(referee), [ending === "commit" ? "access-2" : "access-1"]);
      const left = await referee.rows("select from private.connection_tokens where connection_id = $1", [
        connected.id,
      ]);
      assert.equal(left.length, 0);
    },
  );
}

race("of two who come back with one state the second is refused", async ({ a, b, referee }) => {
  const userId = await createUser(referee, 0);
  await referee.call("ops.allow_redirect", { p_url: "https://app.example/back" });
  const hash = crypto.randomUUID();
  await referee.call("worker.start_connection", {
    p_user_id: userId,
    p_platform: "x",
    p_state_hash: hash,
    p_verifier: "v",
    p_redirect_to: "https://app.example/back",
  });
  const take = (session: Session) => session.call("worker.take_connection_start", { p_state_hash: hash });
  await a.begin();
  await take(a);
  const second = start(refusalOf(take(b)));
  await waits(referee, b, a);
  await a.end("commit");
  assert.equal(await second, "422 invalid_state");
});

race("two workers give back each its own, and renew each its own", async ({ a, b, referee }) => {
  await referee.rows("delete from private.revocations");
  const [one, other] = [await connect(referee), await connect(referee)];
  await referee.rows(
    "update private.connection_tokens set renew_at = now() where connection_id = any ($1::uuid[])",
    [
      `{${one.id},${other.id}}`,
    ],
  );
  const renew = async (session: Session) =>
    (await session.rows<{ id: string }>(
      "select r ->> 'connection_id' as id from worker.receive_renewals(1) r",
    )).map(({ id }) => id);
  await a.begin();
  const first = await renew(a);
  const second = await skips(referee, b, renew(b));
  assert.deepEqual([...first, ...second].toSorted(), [one.id, other.id].toSorted());
  await a.end("commit");
  await disconnect(referee, one);
  await disconnect(referee, other);
  await a.begin();
  assert.equal((await a.rows("select worker.receive_revocations(1)")).length, 1);
  assert.equal((await skips(referee, b, b.rows("select worker.receive_revocations(1)"))).length, 1);
  assert.equal((await skips(referee, b, b.rows("select worker.receive_revocations(1)"))).length, 0);
  await a.end("commit");
});

race(
  "fifty who want a new access at once get one: the refresh token is used once, and none is lost",
  async (track) => {
    const { referee, another } = track;
    const connected = await connect(referee);
    const spent: string[] = [];
    const renew = async (session: Session): Promise<string> => {
      for (;;) {
        const it = await claim(session, connected);
        if (it.verdict === "fresh") return it.access_token;
        if (it.verdict === "claimed") {
          assert.ok(!spent.includes(it.refresh_token), "a refresh token was used twice");
          spent.push(it.refresh_token);
          assert.equal(await refreshed(session, connected, it.claim, 2), true);
          return "access-2";
        }
        assert.equal(it.verdict, "wait");
      }
    };
    const sessions = await Promise.all(Array.from({ length: 50 }, (_, n) => another(`worker ${n}`)));
    const got = await Promise.all(sessions.map(renew));
    assert.deepEqual([...new Set(got)], ["access-2"]);
    assert.deepEqual(spent, ["refresh-1"]);
    assert.equal(await accessOf(referee, connected), "access-2");
    const { failures, claims } = await referee.row<{ failures: number; claims: string[] }>(
      "select failures, to_jsonb(refresh_claims) as claims from private.connection_tokens where connection_id = $1",
      [connected.id],
    );
    assert.deepEqual([failures, claims], [0, []]);
  },
);
