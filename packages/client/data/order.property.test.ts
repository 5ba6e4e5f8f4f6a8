/**
 * Whatever order things come in: the data ends equal to the server's rows, no job is ever there twice, none goes back. What the
 * network may do: deliver broadcasts late, twice, out of order or never; answer reads with what was so some seconds ago;
 * lose answers of creates, or the requests; refuse.
 */
import fc from "fast-check";
import assert from "node:assert/strict";
import type { ClientJob, JobHandle } from "../api/job.ts";
import type { Job } from "../../../shared/rows/job.ts";
import { isTerminal } from "../../../shared/words/statuses.ts";
import type { Broadcast, Request } from "../testing/fake_server.ts";
import { settle } from "../testing/manual_clock.ts";
import { screen } from "../testing/screen.ts";

/** A read may be as old as this, in ms: less than a job is young. */
const STALE_MS = 8000;
const STEPS = ["starting", "running", "webhook_received"] as const;

const action = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("create" as const), tool: fc.constantFrom("image", "refused") }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("createElsewhere" as const), many: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("move" as const), which: fc.nat(), end: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), which: fc.nat() }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("deliver" as const), which: fc.nat(), keep: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("drop" as const), which: fc.nat() }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("answer" as const), which: fc.nat(), stale: fc.nat(STALE_MS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("lose" as const), which: fc.nat(), applied: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("snapshot" as const), poll: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("more" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("watch" as const), which: fc.nat() }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 4000 }) }),
  },
);

interface Waiting {
  request: Request;
  answer: (stale: number) => void;
  lose: (applied: boolean) => void;
}

/** A world in which everything that is under way waits for the test. */
function world(limit: number) {
  const { esteira, server, link, clock } = screen();
  const requests: Waiting[] = [];
  const broadcasts: Broadcast[] = [];
  const past: { at: number; jobs: Map<string, Job> }[] = [];
  const note = () => past.push({ at: clock.now(), jobs: new Map(server.jobs) });
  note();
  server.fate = (request, answerNow) =>
    new Promise((resolve, reject) => {
      const isRead = (request.method ?? "GET") === "GET";
      requests.push({
        request,
        answer(stale) {
          if (!isRead) {
            const response = answerNow();
            note();
            return resolve(response);
          }
          const then = past.findLast(({ at }) => at <= clock.now() - stale) ?? past[0];
          const now = new Map(server.jobs);
          replace(server.jobs, then!.jobs);
          resolve(answerNow());
          replace(server.jobs, now);
        },
        lose(applied) {
          if (applied && !isRead) answerNow();
          note();
          reject(new TypeError("Failed to fetch"));
        },
      });
    });
  const queue = esteira.jobs.queue({ limit });
  const open = esteira.jobs.queue({ limit, status: ["pending", "processing"] });
  const gone = new Set<string>();
  const seen = watcher((job) => gone.has(job.id) || gone.has(job.key) || job.tool === "refused");
  const subscriptions = [
    queue.subscribe(() => {
      seen.queue(queue.getSnapshot().data?.jobs ?? []);
      seen.stays(queue.getSnapshot().data?.jobs ?? []);
    }),
    open.subscribe(() => seen.queue(open.getSnapshot().data?.jobs ?? [])),
  ];
  const handles: JobHandle[] = [];
  const follow = (handle: JobHandle) => {
    handles.push(handle);
    subscriptions.push(handle.subscribe(() => {
      const { data } = handle.getSnapshot();
      if (data) seen.job(data);
    }));
  };
  return {
    esteira,
    server,
    link,
    clock,
    requests,
    broadcasts,
    note,
    queue,
    open,
    gone,
    handles,
    follow,
    check: seen.check,
  };
}

function replace(map: Map<string, Job>, by: Map<string, Job>): void {
  const rows = [...by];
  map.clear();
  for (const [id, row] of rows) map.set(id, row);
}

/** Notes when a job is there twice, falls back, changes its key, or is not there for a moment. @param mayGo whether it may */
function watcher(mayGo: (job: ClientJob) => boolean) {
  let shown: readonly ClientJob[] = [];
  const versions = new Map<string, ClientJob>();
  const ids = new Map<string, string>();
  /** What a listener throws is kept from whoever tells it: so it is noted here. */
  const faults: unknown[] = [];
  const noting = <A>(look: (what: A) => void) => (what: A) => {
    try {
      look(what);
    } catch (fault) {
      faults.push(fault);
    }
  };
  const self = {
    check() {
      if (faults.length > 0) throw faults[0];
    },
    job(job: ClientJob) {
      const before = versions.get(job.key);
      versions.set(job.key, job);
      if (!job.isCreating) {
        assert.equal(ids.get(job.id) ?? job.key, job.key, "a job keeps its key");
        ids.set(job.id, job.key);
      }
      if (!before) return;
      assert.ok(job.version >= before.version, `version ${job.version} after ${before.version}`);
      if (isTerminal(before.status)) assert.equal(job.status, before.status);
    },
    queue(jobs: readonly ClientJob[]) {
      assert.equal(new Set(jobs.map(({ key }) => key)).size, jobs.length, "no key twice");
      assert.equal(new Set(jobs.map(({ id }) => id)).size, jobs.length, "no id twice");
      jobs.forEach(self.job);
    },
    stays(jobs: readonly ClientJob[]) {
      const keys = new Set(jobs.map(({ key }) => key));
      const lost = shown.filter((job) => !keys.has(job.key) && !mayGo(job));
      shown = jobs;
      assert.deepEqual(lost.map(({ id }) => id), [], "what is shown stays");
    },
  };
  return {
    check: self.check,
    job: noting(self.job),
    queue: noting(self.queue),
    stays: noting(self.stays),
  };
}

async function run(limit: number, actions: readonly Action[]) {
  const it = world(limit);
  const { esteira, server, clock, requests, broadcasts } = it;
  const pick = <T>(list: T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
  const take = <T>(list: T[], n: number): T | undefined => list.splice(n % Math.max(1, list.length), 1)[0];
  await clock.pass(0);
  for (const step of actions) {
    const ids = [...server.jobs.keys()];
    if (step.do === "create") it.follow(esteira.jobs.create(step.tool, { n: 1 }));
    if (step.do === "createElsewhere") {
      server.create({ tool: "image", input: {} });
      if (step.many) {
        server.told().forEach((told) => broadcasts.push(told));
        broadcasts.pop();
        broadcasts.push({ event: "jobs_created", payload: {} });
      }
    }
    if (step.do === "move") {
      const job = server.jobs.get(pick(ids, step.which) ?? "");
      if (job && !isTerminal(job.status)) {
        const end = ({ 3: "completed", 4: "failed", 5: "cancelled" } as const)[step.end];
        server.move(job.id, end ?? STEPS[step.end] ?? "running");
      }
    }
    if (step.do === "remove") {
      const id = pick(ids, step.which) ?? "";
      it.gone.add(id).add(server.jobs.get(id)?.idempotency_key ?? "");
      server.remove(id);
    }
    broadcasts.push(...server.told());
    it.note();
    if (step.do === "deliver") {
      const told = step.keep ? pick(broadcasts, step.which) : take(broadcasts, step.which);
      if (told) it.link.message("jobs:user-1", told.event, told.payload);
    }
    if (step.do === "drop") take(broadcasts, step.which);
    if (step.do === "answer") take(requests, step.which)?.answer(step.stale);
    if (step.do === "lose") take(requests, step.which)?.lose(step.applied);
    if (step.do === "snapshot") void it.link.snapshot(step.poll ? "poll" : "gap").catch(() => {});
    if (step.do === "more") void it.queue.more().catch(() => {});
    if (step.do === "watch") {
      const id = pick(ids, step.which);
      if (id) it.follow(esteira.jobs.handle(id));
    }
    await clock.pass(step.do === "wait" ? step.ms : 1);
    it.check();
  }
  await calmDown(it);
  it.check();
  compare(it, limit);
  esteira.close();
}

/** The network is well again, and one snapshot is read; no further broadcast comes. */
async function calmDown({ requests, link, clock }: ReturnType<typeof world>): Promise<void> {
  const answerAll = async () => {
    for (let rounds = 0; rounds < 200; rounds++) {
      await clock.pass(1000);
      if (requests.length === 0 && rounds > 80) return; // longer than any pause between two tries
      for (const waiting of requests.splice(0)) waiting.answer(0);
      await settle();
    }
    assert.fail("it never comes to rest");
  };
  await answerAll();
  void link.snapshot("joined");
  await answerAll();
}

function compare({ server, queue, open, handles }: ReturnType<typeof world>, limit: number): void {
  const rows = [...server.jobs.values()].sort((a, b) => a.created_at < b.created_at ? 1 : -1);
  const { data } = queue.getSnapshot();
  const shown = data?.jobs ?? [];
  assert.ok(shown.length >= Math.min(limit, rows.length), `${shown.length} of ${rows.length} are shown`);
  assert.equal(data?.hasMore ?? false, shown.length < rows.length);
  assert.deepEqual(shown.map(essence), rows.slice(0, shown.length).map(essence));
  const going = rows.filter(({ status }) => !isTerminal(status));
  const shownGoing = open.getSnapshot().data?.jobs ?? [];
  assert.ok(shownGoing.length >= Math.min(limit, going.length));
  assert.deepEqual(shownGoing.map(essence), going.slice(0, shownGoing.length).map(essence));
  for (const handle of handles) {
    const { state, data } = handle.getSnapshot();
    const row = server.jobs.get(handle.id ?? "");
    if (row) assert.deepEqual(data && essence(data), essence(row));
    else assert.equal(state, "failed", "it was refused, or is gone");
  }
}

const essence = ({ id, status, version, current_step, step_history, input, output }: ClientJob | Job) => ({
  ...{ id, status, version, current_step, input },
  // A list is enough for a queue; whoever ends is read by who watches it.
  steps: step_history.map(({ step }) => step),
  output: output?.data,
});

type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

// @acceptance 001:186-195, 002:589, 002:590
Deno.test("any order of broadcasts, reads, answers and losses ends equal to the rows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(2, 5, 20), fc.array(action, { maxLength: 100, size: "max" }), run),
    { numRuns: Number(Deno.env.get("RUNS") ?? 150), endOnFailure: true },
  );
});
