/** What a worker reports together, against those who want the same rows. */
import assert from "node:assert/strict";
import {
  createLane,
  createRunningJob,
  createSubmittedJob,
  createUser,
  type Lane,
  setCapacity,
  type Work,
} from "./actors.ts";
import { driftOf } from "./endings.ts";
import { slotsOf } from "./facts.ts";
import { races, type Session, skips, start, waits } from "./harness.ts";

const { race } = races();

interface Told {
  call: string;
  args: Record<string, string | number | object | null>;
}
type Answer = { data: unknown } | { error: { code: string } } | { busy: true };

const about = ({ jobId, token }: Work) => ({ p_job_id: jobId, p_token: token });
const done = (work: Work): Told => ({
  call: "complete",
  args: { ...about(work), p_output: { files: [] }, p_raw: null },
});
const failed = (work: Work): Told => ({
  call: "attempt_failed",
  args: {
    ...about(work),
    p_retry_class: "never",
    p_error_code: "no",
    p_error_message: "no",
    p_queue: "settle_queue",
  },
});
async function report(session: Session, ...reports: Told[]): Promise<Answer[]> {
  const [row] = await session.rows<{ answers: Answer[] }>("select worker.report_many($1) as answers", [
    reports,
  ]);
  return row?.answers ?? [];
}
const works = (session: Session, lane: Lane, users: string[]) =>
  Promise.all(users.map((user) => createSubmittedJob(session, lane, user)));

race(
  "a job that somebody has is left out, and the others are written down without waiting",
  async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee, { capacity: 3 });
    const ana = await createUser(referee);
    const jobs: Work[] = [];
    for (let n = 0; n < 3; n++) jobs.push(await createSubmittedJob(referee, lane, ana));
    const [first, held, last] = jobs as [Work, Work, Work];
    await a.begin();
    await a.rows("select from public.jobs where id = $1 for update", [held.jobId]);
    const answers = await skips(referee, b, report(b, done(first), done(held), failed(last)));
    assert.deepEqual(answers, [{ data: "completed" }, { busy: true }, { data: "failed" }]);
    await a.end("commit");
    assert.deepEqual(await report(b, done(held)), [{ data: "completed" }]);
    assert.deepEqual(await driftOf(referee, ...jobs.map(({ jobId }) => jobId)), []);
    assert.deepEqual(await slotsOf(referee, lane), { held: 0, free: 3, retiring: 0 });
  },
);

race("two that cross have no job in common, and pay back their users in one order", async (track) => {
  const { a, b, referee } = track;
  const lane = await createLane(referee, { capacity: 8 });
  const users = [await createUser(referee), await createUser(referee)];
  const [ana = "", bea = ""] = users;
  for (let round = 0; round < 20; round++) {
    const jobs: Work[] = [];
    for (const user of [ana, bea, bea, ana]) jobs.push(await createSubmittedJob(referee, lane, user));
    const [one, two, three, four] = jobs as [Work, Work, Work, Work];
    const both = await Promise.all([
      report(a, failed(one), failed(two), failed(four)),
      report(b, failed(three), failed(four), failed(one)),
    ]);
    // Each is told once at least; whoever was busy tells again, and hears that it is known.
    for (const answers of both) {
      for (const answer of answers) {
        assert.ok("busy" in answer || "data" in answer, JSON.stringify(answer));
      }
    }
    assert.deepEqual(
      (await report(referee, ...jobs.map(failed))).map((answer) => "data" in answer && answer.data),
      ["duplicate", "duplicate", "duplicate", "duplicate"],
    );
    assert.deepEqual(await driftOf(referee, ...jobs.map(({ jobId }) => jobId)), []);
  }
  assert.deepEqual(await slotsOf(referee, lane), { held: 0, free: 8, retiring: 0 });
});

race(
  "a job whose slot somebody has is left out, and the others are written down without waiting",
  async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee, { capacity: 2 });
    const [one, two] = await works(referee, lane, [await createUser(referee), await createUser(referee)]);
    if (!one || !two) throw new Error("There are no jobs.");
    await a.begin();
    await a.rows("select from private.slots where token = $1 for update", [one.token]);
    const answers = await skips(referee, b, report(b, done(one), done(two)));
    assert.deepEqual(answers, [{ busy: true }, { data: "completed" }]);
    await a.end("commit");
    assert.deepEqual(await report(b, done(one)), [{ data: "completed" }]);
    assert.deepEqual(await slotsOf(referee, lane), { held: 0, free: 2, retiring: 0 });
  },
);

race(
  "a single report of one of the jobs waits for all of them, and is a duplicate",
  async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 2 });
    const ana = await createUser(referee);
    const jobs = [await createSubmittedJob(referee, lane, ana), await createSubmittedJob(referee, lane, ana)];
    const [one, two] = jobs as [Work, Work];
    await a.begin();
    assert.deepEqual(await report(a, done(one), done(two)), [{ data: "completed" }, { data: "completed" }]);
    const single = start(b.call<{ complete: string }>("worker.complete", done(two).args));
    await waits(referee, b, a);
    await a.end("commit");
    assert.equal((await single)[0]?.complete, "duplicate");
  },
);

race(
  "what is reported together and a change of capacity do not wait for each other in a circle",
  async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee, { capacity: 4 });
    const ana = await createUser(referee);
    for (let round = 0; round < 10; round++) {
      const jobs: Work[] = [];
      for (let n = 0; n < 4; n++) jobs.push(await createRunningJob(referee, lane, ana));
      const reports = jobs.toReversed().map((work, n) => n % 2 === 0 ? done(work) : failed(work));
      const [answers] = await Promise.all([
        report(a, ...reports),
        setCapacity(b, lane.accountId, round % 2 === 0 ? 2 : 4).then(() => setCapacity(b, lane.accountId, 4)),
      ]);
      for (const answer of answers) assert.ok(!("error" in answer), JSON.stringify(answer));
      await report(a, ...reports);
      assert.deepEqual(await driftOf(referee, ...jobs.map(({ jobId }) => jobId)), []);
      assert.deepEqual(await slotsOf(referee, lane), { held: 0, free: 4, retiring: 0 });
    }
  },
);
