import assert from "node:assert/strict";
import {
  addAccount,
  createJob,
  createLane,
  createUser,
  createWaitingJobs,
  dispatch,
  receive,
} from "./actors.ts";
import { holdersOf, jobsIn, messagesFor, slotsOf } from "./facts.ts";
import { ENDINGS, races, skips } from "./harness.ts";

const { race } = races();

for (const ending of ENDINGS) {
  const gets = ending === "commit" ? "goes to one job" : "is free again for the next dispatch";
  race(`one free slot under two dispatches ${gets} (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const [first, second] = await createWaitingJobs(referee, lane, [
      await createUser(referee),
      await createUser(referee),
    ]);
    assert(first && second);

    await a.begin();
    assert.equal(await dispatch(a, lane), 1);
    assert.equal(await skips(referee, b, dispatch(b, lane)), 0);
    await a.end(ending);
    assert.equal(await dispatch(b, lane), ending === "commit" ? 0 : 1);

    assert.deepEqual(await holdersOf(referee, lane), [first.id]);
    assert.deepEqual(await jobsIn(referee, lane, "processing"), [first.id]);
    assert.deepEqual(await jobsIn(referee, lane, "pending"), [second.id]);
    assert.deepEqual(await messagesFor(referee, lane.queue, first.id), ["work"]);
    assert.deepEqual(await messagesFor(referee, lane.queue, second.id), []);
  });
}

race(
  "two dispatches share two free slots: the second gives what the first has left",
  async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 1 });
    const [first] = await createWaitingJobs(referee, lane, [await createUser(referee)]);
    assert(first);
    await a.begin();
    assert.equal(await dispatch(a, lane), 1);
    await addAccount(referee, lane.name, 1);
    const second = await skips(referee, b, createJob(b, lane, await createUser(referee)));
    assert.equal(second.status, "processing");
    await a.end("commit");
    assert.deepEqual(await holdersOf(referee, lane), [first.id, second.id].sort());
    assert.deepEqual(await messagesFor(referee, lane.queue, second.id), ["work"]);
  },
);

race(
  "the first dispatch of a lane makes another dispatch wait no more than any other does",
  async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 2, used: false });
    const first = await (async () => {
      await a.begin();
      return await createJob(a, lane, await createUser(referee));
    })();
    const second = await skips(referee, b, createJob(b, lane, await createUser(referee)));
    await a.end("commit");
    assert.deepEqual([first.status, second.status], ["processing", "processing"]);
  },
);

// @acceptance 003:292
race("two receives lease each message once", async ({ a, b, referee }) => {
  const lane = await createLane(referee, { capacity: 2 });
  const users = [await createUser(referee), await createUser(referee)];
  const jobs = await createWaitingJobs(referee, lane, users);
  assert.equal(await dispatch(referee, lane), 2);

  await a.begin();
  const byA = await receive(a, lane, 1);
  const byB = await skips(referee, b, receive(b, lane));
  await a.end("commit");
  assert.deepEqual([...byA, ...byB], jobs.map((job) => job.id));
  assert.deepEqual(await receive(b, lane), []);
});

race("a message whose receive rolled back is received by the next", async ({ a, b, referee }) => {
  const lane = await createLane(referee);
  const [job] = await createWaitingJobs(referee, lane, [await createUser(referee)]);
  assert(job);
  await a.begin();
  assert.deepEqual(await receive(a, lane), [job.id]);
  assert.deepEqual(await skips(referee, b, receive(b, lane)), []);
  await a.end("rollback");
  assert.deepEqual(await receive(b, lane), [job.id]);
});

for (const ending of ENDINGS) {
  race(`max_active_per_user = 1 holds under two dispatches (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 3, limits: { max_active_per_user: 1 } });
    const [ana, bo] = [await createUser(referee), await createUser(referee)];
    const [anas, anasSecond] = await createWaitingJobs(referee, lane, [ana, ana]);
    assert(anas && anasSecond);

    await a.begin();
    assert.equal(await dispatch(a, lane), 1);
    // Another user's job starts meanwhile; the user whom A is looking at is left to A.
    const bos = await skips(referee, b, createJob(b, lane, bo));
    assert.equal(bos.status, "processing");
    assert.equal(await skips(referee, b, dispatch(b, lane)), 0);
    await a.end(ending);
    assert.equal(await dispatch(b, lane), ending === "commit" ? 0 : 1);
    assert.deepEqual(await jobsIn(referee, lane, "processing"), [anas.id, bos.id].sort());
    assert.deepEqual(await jobsIn(referee, lane, "pending"), [anasSecond.id]);
  });

  race(`a rate of one is not exceeded by two dispatches (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, {
      capacity: 2,
      limits: { rate_limit: 1, rate_window: "1 hour" },
    });
    const users = [await createUser(referee), await createUser(referee)];
    const [first] = await createWaitingJobs(referee, lane, users);
    assert(first);

    await a.begin();
    assert.equal(await dispatch(a, lane), 1);
    assert.equal(await skips(referee, b, dispatch(b, lane)), 0);
    await a.end(ending);
    assert.equal(await dispatch(b, lane), ending === "commit" ? 0 : 1);
    assert.deepEqual(await jobsIn(referee, lane, "processing"), [first.id]);
    assert.deepEqual(await slotsOf(referee, lane), { held: 1, free: 1, retiring: 0 });
  });
}
