/** Publications: the line of a connection, commits, and who says afterwards what became of them, each against the other. */
import assert from "node:assert/strict";
import { cancel } from "./actors.ts";
import { driftOf } from "./endings.ts";
import { ENDINGS, races, refusalOf, type Session, skips, start, waits } from "./harness.ts";
import {
  attemptOf,
  begun,
  commit,
  createPublisher,
  dispatchPublications,
  enablePublishing,
  endOf,
  endUnknown,
  failed,
  lineOf,
  publish,
  published,
  type Publisher,
  type Publishing,
  resolve,
} from "./publishing.ts";

const { race } = races();

async function publisher(referee: Session): Promise<Publisher> {
  await enablePublishing(referee);
  return await createPublisher(referee);
}

/** Nobody is forgotten: once all have committed, the next dispatch lets every line go on. */
async function movesOn(referee: Session, of: Publisher, expected: string[]): Promise<void> {
  await dispatchPublications(referee);
  assert.deepEqual(await lineOf(referee, of), expected);
}

/** A time zone where it is about noon: no day ends while two race for it. */
const hours = new Date().getUTCHours() - 12;
const NOON = `Etc/GMT${hours < 0 ? "" : "+"}${hours}`;

for (const ending of ENDINGS) {
  const isFirst = ending === "commit";

  race(`of two that are created at once one is under way (${ending})`, async ({ a, b, referee }) => {
    const who = await publisher(referee);
    await a.begin();
    await publish(a, who);
    const second = start(publish(b, who));
    await waits(referee, b, a);
    await a.end(ending);

    await second;
    assert.deepEqual(await lineOf(referee, who), isFirst ? ["front", "held"] : ["front"]);
  });

  race(`one that comes while the front leaves is not forgotten (${ending})`, async ({ a, b, referee }) => {
    const who = await publisher(referee);
    const front = await begun(referee, who);
    await a.begin();
    assert.equal(await published(a, front), "completed");
    // Whoever lets the line go on holds it; who comes waits for nobody, and leaves a note.
    await skips(referee, b, publish(b, who));
    assert.deepEqual(await lineOf(referee, who), ["front", "held"]);
    await a.end(ending);

    await movesOn(referee, who, isFirst ? ["front"] : ["front", "held"]);
  });

  race(`a front that leaves while one comes does not forget it (${ending})`, async ({ a, b, referee }) => {
    const who = await publisher(referee);
    const front = await begun(referee, who);
    await a.begin();
    await publish(a, who);
    assert.equal(
      await skips(referee, b, failed(b, front, { class: "wait", retry_after_ms: 3_600_000 })),
      "retried",
    );
    await a.end(ending);

    await movesOn(referee, who, isFirst ? ["front", "scheduled"] : ["scheduled"]);
  });

  race(`one that is just being cancelled holds up nobody (${ending})`, async ({ a, b, referee }) => {
    const who = await publisher(referee);
    const front = await begun(referee, who);
    const next = await publish(referee, who);
    const last = await publish(referee, who);
    await a.begin();
    await cancel(a, next);
    assert.equal(await skips(referee, b, published(b, front)), "completed");
    await a.end(ending);

    await movesOn(referee, who, isFirst ? ["front"] : ["front", "held"]);
    // Either may be the front: the first was skipped while it was locked, or the note was left to this dispatch.
    assert((await attemptOf(referee, last)) !== null || (await attemptOf(referee, next)) !== null);
  });

  race(`a cancel that waits for a commit is refused (${ending})`, async ({ a, b, referee }) => {
    const who = await publisher(referee);
    const work = await begun(referee, who);
    await a.begin();
    assert.equal(await commit(a, work), "commit");
    const cancelled = start(refusalOf(cancel(b, work.jobId)));
    await waits(referee, b, a);
    await a.end(ending);

    assert.equal(await cancelled, isFirst ? "409 job_finishing" : null);
    assert.equal(
      await endOf(referee, work.jobId),
      isFirst ? "processing, refund none, charge -1" : "cancelled, refund paid, charge -1 refund 1",
    );
  });

  race(`a commit that waits for a cancel is not sent (${ending})`, async ({ a, b, referee }) => {
    const who = await publisher(referee);
    const work = await begun(referee, who);
    await a.begin();
    await cancel(a, work.jobId);
    const verdict = start(commit(b, work));
    await waits(referee, b, a);
    await a.end(ending);

    assert.equal(await verdict, isFirst ? "superseded" : "commit");
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(`of two workers one commits (${ending})`, async ({ a, b, referee }) => {
    const work = await begun(referee, await publisher(referee));
    await a.begin();
    assert.equal(await commit(a, work), "commit");
    const verdict = start(commit(b, work));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await verdict, isFirst ? "superseded" : "commit");
  });

  race(`a commit that waits for the deadline is not sent (${ending})`, async ({ a, b, referee }) => {
    const work = await begun(referee, await publisher(referee));
    await referee.rows("update public.jobs set deadline_at = now() where id = $1", [work.jobId]);
    await a.begin();
    assert.equal(await a.ask("private.give_up_overdue_jobs", {}), 1);
    const verdict = start(commit(b, work));
    await waits(referee, b, a);
    await a.end(ending);

    assert.equal(await verdict, "superseded", "its time is over, whoever says so");
    assert.equal(
      await endOf(referee, work.jobId),
      isFirst
        ? "failed, deadline_exceeded, refund paid, charge -1 refund 1"
        : "processing, refund none, charge -1",
    );
  });

  race(`the deadline leaves one alone that is just committing (${ending})`, async ({ a, b, referee }) => {
    const work = await begun(referee, await publisher(referee));
    await a.begin();
    assert.equal(await commit(a, work), "commit");
    await b.rows("select set_config('esteira.now', (now() + interval '40 minutes')::text, false)");
    await skips(referee, b, b.ask<number>("private.give_up_overdue_jobs", {}));
    await a.end(ending);
    assert.equal(await endOf(referee, work.jobId), "processing, refund none, charge -1");
  });

  for (
    const [span, window, zone] of [["an hour", "1 hour", null], ["a day somewhere", "1 day", NOON]] as const
  ) {
    race(`as many commits pass in ${span} as may, also at once (${ending})`, async ({ a, b, referee }) => {
      await enablePublishing(referee);
      const [one, two] = [await createPublisher(referee), await createPublisher(referee)];
      const first = await begun(referee, one);
      const second = await begun(referee, two);
      await referee.rows(
        `update private.platforms set post_limit = 1 + (select coalesce(sum(n), 0) from private.commit_counts where scope = 'x'),
       post_window = $1, post_zone = $2 where platform = 'x'`,
        [window, zone],
      );
      await a.begin();
      assert.equal(await commit(a, first), "commit");
      const verdict = start(commit(b, second));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await verdict, isFirst ? "limited" : "commit");
      await referee.rows(
        `update private.platforms set post_limit = 10000, post_window = '24 hours', post_zone = null, paused_until = null,
       pause_reason = null where platform = 'x'`,
      );
      assert.deepEqual(await lineOf(referee, two), [isFirst ? "held" : "front"]);
    });
  }

  race(`it is said once whether it is there (${ending})`, async ({ a, b, referee }) => {
    const work = await begun(referee, await publisher(referee));
    await commit(referee, work);
    await endUnknown(referee, work);
    await a.begin();
    await resolve(a, work.jobId, "there");
    const other = start(refusalOf(resolve(b, work.jobId, "not_there")));
    await waits(referee, b, a);
    await a.end(ending);

    assert.equal(await other, isFirst ? "409 already_resolved" : null);
    assert.equal(
      await endOf(referee, work.jobId),
      isFirst
        ? "failed, outcome_unknown, refund withheld, there, charge -1"
        : "failed, outcome_unknown, refund paid, not_there, charge -1 refund 1",
    );
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(
    `a late answer of the platform and its owner do not both decide (${ending})`,
    async ({ a, b, referee }) => {
      const work = await begun(referee, await publisher(referee));
      await commit(referee, work);
      await endUnknown(referee, work);
      await a.begin();
      assert.equal(await published(a, work), "late");
      const other = start(refusalOf(resolve(b, work.jobId, "not_there")));
      await waits(referee, b, a);
      await a.end(ending);

      assert.equal(await other, isFirst ? "409 already_resolved" : null);
      assert.deepEqual(await driftOf(referee, work.jobId), []);
    },
  );

  race(`who is paid back by time is not asked about twice (${ending})`, async ({ a, b, referee }) => {
    const work = await begun(referee, await publisher(referee));
    await commit(referee, work);
    await endUnknown(referee, work);
    await referee.rows(
      "update public.publications set unknown_at = now() - interval '8 days' where job_id = $1",
      [
        work.jobId,
      ],
    );
    await a.begin();
    await resolve(a, work.jobId, "there");
    await skips(referee, b, b.ask<number>("private.resolve_by_time", {}));
    await a.end(ending);
    if (!isFirst) await referee.ask("private.resolve_by_time", {});
    assert.match(await endOf(referee, work.jobId), isFirst ? /withheld, there/ : /paid, not_there/);
  });

  race(`a user who leaves takes what was committed along (${ending})`, async ({ a, b, referee }) => {
    const who = await publisher(referee);
    const work = await begun(referee, who);
    await publish(referee, who);
    await a.begin();
    assert.equal(await commit(a, work), "commit");
    const left = start(b.rows("delete from auth.users where id = $1", [who.userId]));
    await waits(referee, b, a);
    await a.end(ending);

    await left;
    assert.equal(await endOf(referee, work.jobId), "gone");
    const slots = "select from private.slots where job_id = $1";
    assert.equal(
      (await referee.rows(slots, [work.jobId])).length,
      0,
      "nothing can be stopped: the slot is free",
    );
    assert.equal(
      (await referee.rows("select from private.cancels where job_id = $1", [work.jobId])).length,
      0,
    );
    assert.equal(await commit(referee, work), "superseded");
  });

  race(`what is enqueued while its connection is ended fails (${ending})`, async ({ a, b, referee }) => {
    const who = await publisher(referee);
    await a.begin();
    await a.call("worker.disconnect", { p_connection_id: who.connectionId, p_user_id: who.userId });
    const jobId = await skips(referee, b, publish(b, who));
    await a.end(ending);

    if (isFirst) await failed(referee, (await attemptOf(referee, jobId))!, { class: "reconnect" });
    await dispatchPublications(referee);
    assert.match(
      await endOf(referee, jobId),
      isFirst ? /^failed, connection_revoked, refund paid/ : /^processing/,
    );
  });

  race(`a file is fetched by one of two (${ending})`, async ({ a, b, referee }) => {
    const who = await publisher(referee);
    const other = { ...who, connectionId: (await createPublisher(referee)).connectionId };
    await referee.rows("update public.connections set user_id = $1 where id = $2", [
      who.userId,
      other.connectionId,
    ]);
    const input = {
      groupId: crypto.randomUUID(),
      caption: "",
      mediaFiles: [{ url: "https://files.test/a.mp4" }],
    };
    const works: Publishing[] = [];
    for (const { connectionId } of [who, other]) {
      const jobId = await publish(referee, who, { p_input: { ...input, connectionId } });
      works.push((await attemptOf(referee, jobId))!);
    }
    const claim = async (session: Session, i: number) =>
      (await session.ask<{ verdict: string }>("worker.media_claim", {
        p_job_id: works[i]!.jobId,
        p_token: works[i]!.token,
        p_index: 0,
      })).verdict;
    await a.begin();
    assert.equal(await claim(a, 0), "claimed");
    const second = start(claim(b, 1));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await second, isFirst ? "wait" : "claimed");
  });
}
