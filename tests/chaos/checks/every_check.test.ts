import assert from "node:assert/strict";
import type { CancelRow } from "../evidence.ts";
import { evidenceWith, type Parts, PATH } from "../evidence_fixture.ts";
import { judge } from "./every_check.ts";

/** The claims that do not hold for this evidence. */
function failing(parts: Parts): string[] {
  return judge(evidenceWith(parts)).filter(({ problems }) => problems.length > 0).map(({ claim }) => claim);
}

const CREATED = "every job was created once and charged once";
const ENDED = "every job has ended, and its history says so once";
const IN_TIME = "no job ended later than its deadline allows";
const STAYED = "what had ended stayed as it was";
const EXPECTED = "every job ended as its fault lets it";
const EXPLAINED = "at any time, an open job had one first verdict, and none that had ended waited";
const CREDITS = "ops.credit_drift() is empty";
const HELD = "slots are free and queues are empty";
const LETTERS = "ops.dead_letters shows the failed jobs, once each";
const RESULTS = "every result is what its provider made, byte for byte";
const BESIDE = "nothing else lies beside a result";
const PAID = "nothing was paid for more often than its provider's policy allows";
const NO_FILES = "no file of a job without a result is stored";
const ONCE = "no job bought a success twice";
const SLOTS = "no account had more tasks alive than slots";
const ONE_ATTEMPT = "no attempt began while a task of the one before was alive";
const ONE_TASK = "no attempt had two tasks alive, but where that is the policy";
const NONE_ALIVE = "no task is alive in the end";
const REFUNDS = "every refund is decided, and the outbox is empty";
const WITHHELD = "refunds were withheld only where a task went on";
const PAID_BACK = "what was paid back had no success, but for a reason with a name";
const STOLEN = "nobody could read a result that was not paid for";
const TOLD = "each task that stayed unknown was told";
const LEFT = "nothing is left of users who were deleted";
const BROADCASTS = "no broadcast was swallowed";

const right = evidenceWith();
const [job] = right.jobs;
const [attempt] = right.attempts;
const [task] = right.tasks;
assert.ok(job && attempt && task);

Deno.test("a run in which all is right has no problems", () => assert.deepEqual(failing({}), []));

const step = (name: string) => ({ step: name, timestamp: "2026-11-01T12:00:00Z" });
const cancelled = {
  scenario: { ends: "cancelled" },
  job: { status: "cancelled" },
  attempt: { outcome: "cancelled" },
} satisfies Parts;
const paidBack = { refunds: new Map([["job", 1]]) };
const second = { ...attempt, attempt: 2, token: "t2", external_id: "again", outcome: "failed" };
const end = task.endedAt ?? 0;
const later = { beganAt: end, endedAt: end + 1 };
const row: CancelRow = {
  token: "token",
  job_id: "job",
  user_id: "user",
  reason: "cancelled",
  external_id: "task",
  over_at: attempt.finished_at,
  how: "stopped",
  is_lease: false,
};
const leaver = { userId: "gone", leftAt: end, texts: new Set(["kie-calm-1"]), remains: [] };

const WRONG: Record<string, [parts: Parts, ...claims: string[]]> = {
  "a job that is missing": [{ all: { jobs: [], attempts: [], tasks: [], objects: [] } }, CREATED],
  "a job that is there twice": [
    { all: { jobs: [job, { ...job, id: "twin", output: null }] } },
    CREATED,
    RESULTS,
  ],
  "another job than its user was told of": [{ all: { ids: new Map([[0, "other"]]) } }, CREATED],
  "a job that was charged twice": [{ all: { charges: new Map([["job", 2]]) } }, CREATED],
  "a job that still runs": [
    { job: { status: "processing", completed_at: null, step_history: [step("running")] } },
    ENDED,
    EXPECTED,
  ],
  "a history with two ends": [{ job: { step_history: [step("failed"), step("completed")] } }, ENDED],
  "a history that goes on after its end": [
    { job: { step_history: [step("completed"), step("queued")] } },
    ENDED,
  ],
  "an attempt that is not over": [
    { all: { attempts: [attempt, { ...attempt, attempt: 2, token: "t2", outcome: null }] } },
    ENDED,
  ],
  "a job long after its deadline": [{ job: { completed_at: new Date("2026-11-01T13:00:00Z") } }, IN_TIME],
  "an end that changed": [{ all: { changes: ["job was failed and is completed"] } }, STAYED],
  "a cancel that was not kept": [{ all: { cancels: new Map([[0, "cancelled"]]) } }, STAYED],
  "a failure with another code": [
    {
      scenario: { ends: { failed: ["805"] } },
      job: { status: "failed", error_code: "500" },
      all: { deadLetters: ["job"] },
    },
    EXPECTED,
  ],
  "a completed job that was to fail": [{ scenario: { ends: { failed: ["805"] } } }, EXPECTED],
  "a job without a first verdict": [
    { all: { verdicts: { looks: 9, problems: ["job: 0 first verdicts"] } } },
    EXPLAINED,
  ],
  "verdicts that nobody has asked for": [{ all: { verdicts: { looks: 0, problems: [] } } }, EXPLAINED],
  "credits that do not add up": [{ all: { creditDrift: ["job: charged 1, refunded 0"] } }, CREDITS],
  "a slot that is held": [{ all: { busySlots: 1 } }, HELD],
  "a message that is left": [{ all: { queues: new Map([["settle_queue", 1]]) } }, HELD],
  "a failed job without a dead letter": [
    { scenario: { ends: { failed: ["805"] } }, job: { status: "failed", error_code: "805" } },
    LETTERS,
  ],
  "a dead letter of a completed job": [{ all: { deadLetters: ["job"] } }, LETTERS],
  "a result with other bytes": [
    { all: { downloads: new Map([[PATH, { bytes: 9, sha256: "xyz" }]]) } },
    RESULTS,
  ],
  "a result of another size": [{ job: { output: { files: [{ path: PATH, bytes: 8 }] } } }, RESULTS],
  "a result that cannot be had": [{ all: { downloads: new Map() } }, RESULTS],
  "the result of a task that did not succeed": [{ task: { outcome: "failed" } }, RESULTS],
  "the result of another job's task": [{ attempt: { external_id: "another" } }, RESULTS],
  "a completed job without a file": [{ job: { output: { files: [] } } }, RESULTS, BESIDE],
  "a model that is another": [
    {
      scenario: { provider: "astria" },
      job: { output: { files: [], data: { tune_id: "x" } } },
      all: { objects: [] },
    },
    RESULTS,
  ],
  "a file beside a result": [{ all: { objects: [PATH, "user/job/2-0.png"] } }, BESIDE],
  "a task that was paid for twice": [
    { all: { tasks: [task, { ...task, id: "again" }] } },
    PAID,
    ONCE,
    ONE_TASK,
  ],
  "a task that nobody ordered": [
    { all: { tasks: [task, { ...task, ...later, id: "stray", token: "unknown", outcome: "failed" }] } },
    PAID,
  ],
  "a file of a job that was cancelled": [{ ...cancelled, all: { ...paidBack, objects: [PATH] } }, NO_FILES],
  "a file of a job that is not there": [{ all: { objects: [PATH, "user/other/1-0.png"] } }, NO_FILES],
  "a second task bought after a success": [
    {
      all: {
        attempts: [attempt, second],
        tasks: [task, { ...task, ...later, id: "again", token: "t2" }],
      },
    },
    ONCE,
  ],
  "more tasks alive than slots": [{ all: { slots: new Map() } }, SLOTS],
  "an attempt that began while the last one's task lived": [
    {
      all: {
        attempts: [attempt, second],
        tasks: [task, { ...task, id: "again", token: "t2", beganAt: task.beganAt + 1, outcome: "failed" }],
      },
    },
    SLOTS,
    ONE_ATTEMPT,
  ],
  "a task that is alive in the end": [
    { ...cancelled, task: { outcome: null, endedAt: null }, all: paidBack },
    NONE_ALIVE,
  ],
  "a refund that is still due": [
    { ...cancelled, job: { ...cancelled.job, refund: "due" }, all: { refunds: new Map() } },
    REFUNDS,
  ],
  "a refund that was paid twice": [{ ...cancelled, all: { refunds: new Map([["job", 2]]) } }, REFUNDS],
  "a completed job that was paid back": [{ all: paidBack }, REFUNDS],
  "a failed job that was not paid back": [
    {
      scenario: { ends: { failed: ["805"] } },
      job: { status: "failed", error_code: "805", refund: "withheld" },
      task: { outcome: "succeeded" },
      all: { deadLetters: ["job"], refunds: new Map() },
    },
    REFUNDS,
  ],
  "an outbox that waits": [{ all: { outbox: [{ ...row, over_at: null, how: null }] } }, REFUNDS],
  "a refund withheld though the task was stopped": [
    { ...cancelled, job: { ...cancelled.job, refund: "withheld" }, all: { refunds: new Map() } },
    WITHHELD,
  ],
  "a refund paid though the task went on": [{ ...cancelled, task: { outcome: "succeeded" } }, PAID_BACK],
  "a result that was read and not paid for": [{ all: { stolen: [{ jobId: "job", path: PATH }] } }, STOLEN],
  "a task that stayed unknown without a word": [{ all: { outbox: [{ ...row, how: "unknown" }] } }, TOLD],
  "a job of a user who is gone": [{ all: { leavers: [{ ...leaver, remains: ["job 1"] }] } }, LEFT],
  "a task begun for a user who is gone": [
    {
      all: {
        leavers: [leaver],
        tasks: [task, {
          ...task,
          ...later,
          token: "theirs",
          jobId: "theirs",
          text: "kie-calm-1",
          beganAt: 1e15,
          endedAt: 1e15,
        }],
      },
    },
    LEFT,
  ],
  "a broadcast that was swallowed": [{ all: { broadcastFailures: ["{}"] } }, BROADCASTS],
};

for (const [what, [parts, ...claims]] of Object.entries(WRONG)) {
  Deno.test(`it does not pass: ${what}`, () => assert.deepEqual(failing(parts), claims));
}

const doubtful = {
  job: { status: "failed", error_code: "submit_unknown" },
  attempt: { external_id: null, outcome: "failed" },
  all: { deadLetters: ["job"], tasks: [], objects: [] },
} satisfies Parts;

Deno.test("a job in doubt may be given up where nobody can be asked", () =>
  assert.deepEqual(failing(doubtful), []));

Deno.test("where the task can be looked for, a job is not given up that has one", () => {
  const there = { ...doubtful, scenario: { provider: "replicate" as const } };
  assert.deepEqual(failing(there), []);
  const all = { deadLetters: ["job"], objects: [], tasks: [{ ...task, wasHeard: false }] };
  assert.deepEqual(failing({ ...there, all }), [EXPECTED]);
  assert.deepEqual(failing({ ...doubtful, all }), []);
});

Deno.test("it is not given up when its webhook was taken, unless that could not be read", () => {
  const heard = { ...doubtful, all: { deadLetters: ["job"], objects: [] } };
  assert.deepEqual(failing(heard), [EXPECTED]);
  assert.deepEqual(failing({ ...heard, scenario: { name: "malformed_webhook" } }), []);
});

Deno.test("where the answer is the result, a job is given up only if something was done while it came", () => {
  const parts = { ...doubtful, scenario: { provider: "openai" as const } };
  const all = { deadLetters: ["job"], objects: [], tasks: [{ ...task, provider: "openai" as const }] };
  assert.deepEqual(failing({ ...parts, all }), [EXPECTED]);
  assert.deepEqual(failing({ ...parts, all: { ...all, kills: [task.beganAt + 1] } }), []);
});

Deno.test("one that submits again may pay again, as often as it says", () => {
  const twice = {
    scenario: { provider: "replicate" as const },
    all: { tasks: [task, { ...task, id: "again" }] },
  };
  assert.deepEqual(failing({ ...twice, attempt: { submits: 2 } }), []);
  assert.deepEqual(failing({ ...twice, attempt: { submits: 1 } }), [PAID, ONCE, ONE_TASK]);
});

Deno.test("pictures that cannot be read during a crash may fail a training, at no other time", () => {
  const parts = {
    scenario: { provider: "astria" as const },
    job: { status: "failed", error_code: "http_422" },
    attempt: { outcome: "failed" },
  };
  const during = [{ from: attempt.started_at.getTime() - 1000, to: attempt.started_at.getTime() + 1000 }];
  const longBefore = [{ from: 0, to: 1000 }];
  assert.deepEqual(failing({ ...parts, all: { deadLetters: ["job"], objects: [], crashes: during } }), []);
  assert.deepEqual(failing({ ...parts, all: { deadLetters: ["job"], objects: [], crashes: longBefore } }), [
    EXPECTED,
  ]);
});

Deno.test("a task that stayed unknown, and was told, is excused from then on", () => {
  const known = { ...row, how: "unknown", over_at: new Date(task.beganAt + 1) };
  const tasks = [task, {
    ...task,
    id: "again",
    token: "t2",
    beganAt: task.beganAt + 1,
    outcome: "failed" as const,
  }];
  const all = { attempts: [attempt, second], tasks, outbox: [known], unknownRepairs: 1 };
  assert.deepEqual(failing({ all }), []);
  const tooEarly = tasks.map((one) => one.token === "t2" ? { ...one, beganAt: task.beganAt + 0.5 } : one);
  assert.deepEqual(failing({ all: { ...all, tasks: tooEarly } }), [SLOTS, ONE_ATTEMPT]);
});

Deno.test("a lease that ended is no task that stayed unknown, also when no worker heard of it", () => {
  const lease = { ...row, token: "nobody's", how: "unknown", is_lease: true };
  assert.deepEqual(failing({ all: { outbox: [lease] } }), []);
});

Deno.test("a refund may be withheld where a known task stayed unknown, and paid where none was ever known", () => {
  const told = { unknownRepairs: 1 };
  const withheld = { ...cancelled, job: { ...cancelled.job, refund: "withheld" } };
  const unknown = { ...row, how: "unknown" };
  assert.deepEqual(failing({ ...withheld, all: { ...told, refunds: new Map(), outbox: [unknown] } }), []);
  const wentOn = { ...cancelled, task: { outcome: "succeeded" as const } };
  assert.deepEqual(failing({ ...wentOn, all: { ...told, outbox: [{ ...unknown, external_id: null }] } }), []);
  assert.deepEqual(failing({ ...wentOn, all: { ...told, outbox: [unknown] } }), [PAID_BACK]);
  // Where the answer tells of the task, it must have been lost.
  const answered = { ...wentOn, scenario: { ...wentOn.scenario, provider: "openai" as const } };
  const outbox = [{ ...unknown, external_id: null }];
  assert.deepEqual(failing({ ...answered, all: { ...told, outbox } }), [PAID_BACK]);
  assert.deepEqual(failing({ ...answered, all: { ...told, outbox, kills: [task.beganAt] } }), []);
});

Deno.test("a job that its user could not cancel any more has completed or failed", () => {
  const cancels = new Map([[0, "job_finishing"]]);
  assert.deepEqual(failing({ all: { cancels } }), []);
  assert.deepEqual(failing({ ...cancelled, all: { cancels } }), [STAYED]);
});

Deno.test("a pull lane's attempts may be used up by claims that nobody heard the answer of", () => {
  const parts = {
    scenario: { provider: "workers" as const, name: "worker_dies_twice" },
    job: { status: "failed", error_code: "lease_expired" },
    attempt: { outcome: "failed", error_code: "lease_expired", external_id: null },
  };
  assert.deepEqual(failing({ ...parts, all: { deadLetters: ["job"], tasks: [] } }), []);
  assert.deepEqual(failing({ ...parts, all: { deadLetters: ["job"] } }), [EXPECTED]);
});
