/** Limits are exact, whoever comes up against them at once: of two who want the last of something, one gets it. */
import assert from "node:assert/strict";
import { createJob, createLane, createUser, createWaitingJobs, dispatch, type Lane } from "./actors.ts";
import { balanceOf, jobsIn } from "./facts.ts";
import { ENDINGS, races, refusalOf, type Row, type Session, skips, start, waits } from "./harness.ts";

const { race } = races();

const setLimit = (session: Session, limit: string, maximum: number, userId: string) =>
  session.call("ops.set_limit", { p_limit: limit, p_maximum: maximum, p_user_id: userId });

/** Creates `count` jobs at once, with keys of their own if `key` is given; returns their ids in order. */
async function createBatch(
  session: Session,
  lane: Lane,
  userId: string,
  count: number,
  key?: string,
): Promise<string[]> {
  const jobs = Array.from({ length: count }, (_, n) => ({
    tool: lane.name,
    input: {},
    idempotency_key: key ? `${key}-${n}` : null,
  }));
  const rows = await session.call<Row & { id: string }>("public.create_jobs", {
    p_user_id: userId,
    p_jobs: jobs,
  });
  return rows.map(({ id }) => id);
}

/** One job by itself, or as batches. What each takes of a limit is `count`. */
const WAYS = [
  {
    how: "two creates",
    count: 1,
    create: async (
      session: Session,
      lane: Lane,
      userId: string,
    ) => [(await createJob(session, lane, userId)).id],
  },
  {
    how: "two batches",
    count: 3,
    create: (session: Session, lane: Lane, userId: string) => createBatch(session, lane, userId, 3),
  },
];

/** What a lane and a user are to be like, so that there is room for one of two who want `count` each, and one job over. */
const LIMITS: {
  code: string;
  capacity: number;
  set: (session: Session, lane: Lane, userId: string, maximum: number) => Promise<unknown>;
}[] = [
  {
    code: "429 too_many_creates",
    capacity: 10,
    set: (session, _, userId, maximum) => setLimit(session, "creates_a_minute_by_server", maximum, userId),
  },
  {
    code: "429 too_many_waiting",
    capacity: 0,
    set: (session, lane, _, maximum) =>
      session.rows("update private.lanes set max_waiting_per_user = $2 where lane = $1", [
        lane.name,
        maximum,
      ]),
  },
  {
    code: "413 storage_full",
    capacity: 10,
    set: async (session, lane, userId, maximum) => {
      await session.rows("update public.tools set max_output_bytes = 1000 where tool = $1", [lane.name]);
      await setLimit(session, "stored_bytes", maximum * 1000 + 999, userId);
    },
  },
];

for (const ending of ENDINGS) {
  for (const { code, capacity, set } of LIMITS) {
    for (const { how, count, create } of WAYS) {
      // One less than both want: exactly one of them fits, and so does nobody after it but the smallest.
      race(`of ${how} that together are one too many, one is ${code} (${ending})`, async (track) => {
        const { a, b, referee } = track;
        const lane = await createLane(referee, { capacity });
        const ana = await createUser(referee, 100);
        await set(referee, lane, ana, 2 * count - 1);
        await a.begin();
        await create(a, lane, ana);
        const second = start(refusalOf(create(b, lane, ana)));
        await waits(referee, b, a);
        await a.end(ending);
        assert.equal(await second, ending === "commit" ? code : null);
        const made = [
          ...await jobsIn(referee, lane, "processing"),
          ...await jobsIn(referee, lane, "pending"),
        ];
        assert.equal(made.length, count);
        assert.equal(await balanceOf(referee, ana), 100 - count);
        // What was refused has taken nothing of what is left.
        for (let left = count - 1; left > 0; left--) await createJob(referee, lane, ana);
        assert.equal(await refusalOf(createJob(referee, lane, ana)), code);
      });

      race(`${how} that together are as many as may be both pass: no ${code} (${ending})`, async (track) => {
        const { a, b, referee } = track;
        const lane = await createLane(referee, { capacity });
        const ana = await createUser(referee, 100);
        await set(referee, lane, ana, 2 * count);
        await a.begin();
        await create(a, lane, ana);
        const second = start(create(b, lane, ana));
        await waits(referee, b, a);
        await a.end(ending);
        assert.equal((await second).length, count);
        if (ending === "rollback") await create(referee, lane, ana);
        assert.equal(await refusalOf(createJob(referee, lane, ana)), code);
        assert.equal(await balanceOf(referee, ana), 100 - 2 * count);
      });
    }
  }

  race(`two batches with the same keys are the same jobs, each charged once (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee, { capacity: 2 });
    const ana = await createUser(referee, 100);
    await a.begin();
    const first = await createBatch(a, lane, ana, 3, "same");
    const second = start(createBatch(b, lane, ana, 3, "same"));
    await waits(referee, b, a);
    await a.end(ending);
    const ids = await second;
    if (ending === "commit") assert.deepEqual(ids, first);
    else assert(ids.every((id) => !first.includes(id)));
    assert.equal(await balanceOf(referee, ana), 97);
  });

  race(`a batch and a create with one of its keys are one job (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee, { capacity: 2 });
    const ana = await createUser(referee, 100);
    await a.begin();
    const first = await createJob(a, lane, ana, { key: "same-1" });
    // A create that names a priority asks for something else than a batch that does not.
    await a.rows("update public.jobs set idempotency_hash = null where id = $1", [first.id]);
    const batch = start(createBatch(b, lane, ana, 3, "same"));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal((await batch)[1] === first.id, ending === "commit");
    assert.equal(await balanceOf(referee, ana), 97);
  });

  race(`two retries of one job are one new job, charged once (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 0 });
    const ana = await createUser(referee, 100);
    const job = await createJob(referee, lane, ana);
    await referee.call("public.cancel_job", { p_job_id: job.id });
    const retry = async (session: Session) =>
      (await session.call<Row & { id: string }>("public.retry_job", { p_job_id: job.id }))[0]?.id;
    await a.begin();
    const first = await retry(a);
    const second = start(retry(b));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await second === first, ending === "commit");
    assert.equal((await jobsIn(referee, lane, "pending")).length, 1);
    assert.equal(await balanceOf(referee, ana), 99);
  });

  race(`of two retries that a user asks for, one is one too many (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 0 });
    const ana = await createUser(referee, 100);
    await setLimit(referee, "creates_a_minute", 1, ana);
    const ids = [(await createJob(referee, lane, ana)).id, (await createJob(referee, lane, ana)).id];
    for (const id of ids) await referee.call("public.cancel_job", { p_job_id: id });
    const retry = (session: Session, id = "") =>
      session.call("public.retry_job", { p_job_id: id, p_user_id: ana, p_by_user: true });
    await a.begin();
    await retry(a, ids[0]);
    const second = start(refusalOf(retry(b, ids[1])));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await second, ending === "commit" ? "429 too_many_creates" : null);
    assert.equal((await jobsIn(referee, lane, "pending")).length, 1);
  });

  race(`of two projects one too many one is refused (${ending})`, async ({ a, b, referee }) => {
    const ana = await createUser(referee);
    await setLimit(referee, "projects", 1, ana);
    const make = (session: Session) =>
      session.rows("insert into public.projects (user_id) values ($1)", [ana]);
    await a.begin();
    await make(a);
    const second = start(refusalOf(make(b)));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await second, ending === "commit" ? "429 too_many_projects" : null);
    const { count } = await referee.row<{ count: number }>(
      "select count(*)::integer as count from public.projects where user_id = $1",
      [ana],
    );
    assert.equal(count, 1);
  });

  race(
    `a create does not start what a dispatch has left no room for (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee, { capacity: 5, limits: { max_active_per_user: 1 } });
      const ana = await createUser(referee);
      const [waiting] = await createWaitingJobs(referee, lane, [ana]);
      await a.begin();
      assert.equal(await dispatch(a, lane), 1);
      const job = await skips(referee, b, createJob(b, lane, ana));
      assert.equal(job.status, "pending");
      await a.end(ending);
      assert.equal(await dispatch(referee, lane), ending === "commit" ? 0 : 1);
      assert.deepEqual(await jobsIn(referee, lane, "processing"), [waiting?.id]);
    },
  );

  race(`of two creates beside free slots one starts where one may (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 5, limits: { max_active_per_user: 1 } });
    const ana = await createUser(referee);
    await a.begin();
    assert.equal((await createJob(a, lane, ana)).status, "processing");
    const second = start(createJob(b, lane, ana));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal((await second).status, ending === "commit" ? "pending" : "processing");
    assert.equal((await jobsIn(referee, lane, "processing")).length, 1);
  });

  race(
    `a dispatch starts nothing that a create has left no room for (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee, { capacity: 5, limits: { max_active_per_user: 1 } });
      const ana = await createUser(referee);
      await a.begin();
      assert.equal((await createJob(a, lane, ana)).status, "processing");
      // It is not in A's way: these jobs came to wait without a create.
      await referee.rows(
        `insert into public.jobs (user_id, tool, lane, ticket, current_step) values ($1, $2, $2, 9, 'queued')`,
        [ana, lane.name],
      );
      assert.equal(await skips(referee, b, dispatch(b, lane)), 0);
      await a.end(ending);
      assert.equal(await dispatch(b, lane), ending === "commit" ? 0 : 1);
      assert.equal((await jobsIn(referee, lane, "processing")).length, 1);
    },
  );
}
