import assert from "node:assert/strict";
import fc from "fast-check";
import { CronAgenda, type CronJob } from "./cron_agenda.ts";

const NOON = Date.parse("2030-01-01T12:00:00Z");

function job(jobid: string, schedule: string): CronJob {
  return { jobid, schedule, command: "select 1", database: "postgres", username: "postgres" };
}

const ids = (jobs: CronJob[]) => jobs.map((one) => one.jobid);

Deno.test("an interval job first runs its interval after it was seen, then its interval after each start", () => {
  const agenda = new CronAgenda(NOON);
  agenda.setJobs([job("1", "10 seconds")], NOON);
  assert.deepEqual(ids(agenda.due(NOON)), []);
  assert.equal(agenda.untilNext(NOON), 10_000);
  assert.deepEqual(ids(agenda.due(NOON + 10_000)), ["1"]);
  agenda.finished("1");
  assert.deepEqual(ids(agenda.due(NOON + 19_999)), []);
  assert.deepEqual(ids(agenda.due(NOON + 20_000)), ["1"]);
});

Deno.test("an interval job that overruns has one run waiting, however long it took", () => {
  const agenda = new CronAgenda(NOON);
  agenda.setJobs([job("1", "1 second")], NOON);
  agenda.due(NOON + 1000);
  for (let second = 2; second < 30; second++) assert.deepEqual(ids(agenda.due(NOON + second * 1000)), []);
  agenda.finished("1");
  assert.equal(agenda.untilNext(NOON + 30_000), 0);
  assert.deepEqual(ids(agenda.due(NOON + 30_000)), ["1"]);
  agenda.finished("1");
  assert.deepEqual(ids(agenda.due(NOON + 30_500)), []);
});

Deno.test("a minute job runs at the turn of the minute, and missed minutes are made up one after another", () => {
  const agenda = new CronAgenda(NOON + 30_000);
  agenda.setJobs([job("1", "* * * * *")], NOON + 30_000);
  assert.deepEqual(ids(agenda.due(NOON + 59_999)), []);
  assert.equal(agenda.untilNext(NOON + 59_999), 1);
  assert.deepEqual(ids(agenda.due(NOON + 60_000)), ["1"]);
  assert.deepEqual(ids(agenda.due(NOON + 180_000)), []);
  for (let run = 0; run < 2; run++) {
    agenda.finished("1");
    assert.deepEqual(ids(agenda.due(NOON + 180_001)), ["1"]);
  }
  agenda.finished("1");
  assert.deepEqual(ids(agenda.due(NOON + 180_002)), []);
});

Deno.test("a job that is gone is not started again, not even when it comes due while it still runs", () => {
  const agenda = new CronAgenda(NOON);
  agenda.setJobs([job("1", "1 second"), job("2", "1 second")], NOON);
  assert.deepEqual(ids(agenda.due(NOON + 1000)), ["1", "2"]);
  agenda.setJobs([job("2", "1 second")], NOON + 1000);
  agenda.finished("1");
  agenda.finished("2");
  assert.deepEqual(ids(agenda.due(NOON + 2000)), ["2"]);
});

Deno.test("a job taken out and put back while it runs is still one run at a time", () => {
  const agenda = new CronAgenda(NOON);
  agenda.setJobs([job("1", "1 second")], NOON);
  agenda.due(NOON + 1000);
  agenda.setJobs([], NOON + 1100);
  agenda.setJobs([job("1", "1 second")], NOON + 1200);
  assert.deepEqual(ids(agenda.due(NOON + 5000)), []);
  agenda.finished("1");
  assert.deepEqual(ids(agenda.due(NOON + 5000)), ["1"]);
});

Deno.test("a reboot job runs once, and only if it was there at the start", () => {
  const agenda = new CronAgenda(NOON);
  agenda.setJobs([job("1", "@reboot")], NOON);
  assert.deepEqual(ids(agenda.due(NOON)), ["1"]);
  agenda.finished("1");
  agenda.setJobs([job("1", "@reboot"), job("2", "@reboot")], NOON + 1000);
  assert.deepEqual(ids(agenda.due(NOON + 3_600_000)), []);
});

Deno.test("at most 32 jobs run at once, the others follow", () => {
  const agenda = new CronAgenda(NOON);
  agenda.setJobs(Array.from({ length: 40 }, (_, index) => job(`${index}`, "1 second")), NOON);
  const first = agenda.due(NOON + 1000);
  assert.equal(first.length, 32);
  for (const one of first.slice(0, 8)) agenda.finished(one.jobid);
  assert.equal(agenda.due(NOON + 1001).length, 8);
});

Deno.test("whatever the order of ticks and endings, a job never runs twice at once", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("tick" as const), ms: fc.integer({ min: 0, max: 90_000 }) }),
    fc.record({ kind: fc.constant("end" as const), id: fc.constantFrom("1", "2") }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const agenda = new CronAgenda(NOON);
    agenda.setJobs([job("1", "* * * * *"), job("2", "5 seconds")], NOON);
    const running = new Set<string>();
    let now = NOON;
    for (const one of steps) {
      if (one.kind === "end") {
        if (running.delete(one.id)) agenda.finished(one.id);
        continue;
      }
      now += one.ms;
      for (const started of agenda.due(now)) {
        assert(!running.has(started.jobid));
        running.add(started.jobid);
      }
    }
  }));
});
