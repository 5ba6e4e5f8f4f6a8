/** Broadcasts under load and in trouble: what they cost a transaction, and who waits for whom to count those that fail. */
import assert from "node:assert/strict";
import { createJob, createLane, createUser, createWaitingJobs, dispatch } from "./actors.ts";
import { races, type Session, skips } from "./harness.ts";
import { createProject, patience, showNow } from "./projects.ts";

const { race } = races();

/** How many sub-transactions a session's transaction has by now; a backend keeps 64 of them in a place of their own. */
async function subTransactionsOf(referee: Session, { pid }: Session): Promise<number> {
  const { count } = await referee.row<{ count: number }>(
    `select subxact_count as count from pg_stat_get_backend_idset() id, pg_stat_get_backend_subxact(id)
     where pg_stat_get_backend_pid(id) = $1`,
    [pid],
  );
  return count;
}

/** Failures as they are counted, without those of other tests. */
async function failuresSince(referee: Session, at: string) {
  return await referee.rows<{ cause: string; count: string; heard: string }>(
    `select cause, sum(count)::text as count, sum(heard)::text as heard from private.broadcast_failures
     where failed_at >= $1 group by cause`,
    [at],
  );
}

// @acceptance 002:118-119, 002:134-135, 002:486, 002:493, 002:494, 002:561, 001:44-45
race(
  "for as long as an operator has said, the database logs each broadcast, and not whose it is",
  async (track) => {
    const { a, referee } = track;
    const lane = await createLane(referee, { effect: "project_node" });
    const ana = await createUser(referee);
    const { id: projectId } = await createProject(referee, ana);
    const heard = async (work: () => Promise<unknown>) => {
      a.notices.length = 0;
      await work();
      return a.notices.filter((notice) => notice.includes("[REALTIME]"));
    };
    const create = async () => {
      const [job] = await a.call<{ id: string }>("public.create_job", {
        p_user_id: ana,
        p_tool: lane.name,
        p_input: {},
        p_metadata: { projectId, nodeId: "n1" },
      });
      return job?.id ?? "";
    };
    await a.rows("set client_min_messages = log");
    assert.deepEqual(await heard(create), [], "nothing is logged unless it is asked for");
    await referee.rows("select ops.log_broadcasts('1 minute')");
    let id = "";
    const lines = await heard(async () => void (id = await create()));
    const topic = `jobs:${ana.slice(0, 8)}…`;
    for (
      const line of [
        `LOG: [REALTIME] jobs trigger: topic=${topic}, operation=INSERT, row_id=${id}`,
        `LOG: [REALTIME] jobs broadcast SUCCESS: topic=${topic}, operation=INSERT, row_id=${id}`,
        `LOG: [REALTIME] projects trigger: topic=project:${projectId}, operation=UPDATE, row_id=${projectId}`,
        `LOG: [REALTIME] projects broadcast SUCCESS: topic=project:${projectId}, operation=UPDATE, row_id=${projectId}`,
      ]
    ) assert.ok(lines.includes(line), `${line} is not among ${lines.join("\n")}`);
    assert.ok(!lines.join().includes(ana), "whose it is");
    const failed = await heard(() =>
      a.rows("select private.broadcast($1, 'UPDATE', '7', null)", [`project:${projectId}`])
    );
    assert.match(failed.join("\n"), /WARNING: \[REALTIME\] \w+ broadcast FAILED \(.+\): topic=project:/);
    await referee.rows("select ops.log_broadcasts(null)");
    assert.deepEqual(await heard(create), [], "no longer");
    await referee.rows("delete from private.broadcast_failures where topic = $1", [`project:${projectId}`]);
  },
);

race("a hundred jobs are dispatched without a sub-transaction for each", async ({ a, referee }) => {
  const lane = await createLane(referee, { capacity: 100 });
  const users = [await createUser(referee, 100), await createUser(referee, 100)];
  await createWaitingJobs(referee, lane, [...Array(50).fill(users[0]), ...Array(50).fill(users[1])]);
  await a.begin();
  assert.equal(await dispatch(a, lane), 100);
  const count = await subTransactionsOf(referee, a);
  await a.end("commit");
  assert(count > 0 && count < 10, `${count} sub-transactions`);
  const { told } = await referee.row<{ told: number }>(
    `select count(*)::integer as told from realtime.messages
     where topic in ('jobs:' || $1, 'jobs:' || $2) and payload #>> '{new,current_step}' = 'starting'`,
    users,
  );
  assert.equal(told, 100);
});

for (const effect of ["project_node", "model"] as const) {
  race(
    `a hundred jobs that change something else each share a few sub-transactions (${effect})`,
    async (track) => {
      const { a, referee } = track;
      const lane = await createLane(referee, { capacity: 100, effect });
      const ana = await createUser(referee, 100);
      await referee.rows(
        `insert into public.projects (id, user_id, content)
       select md5($1::text || n)::uuid, $1::uuid, '{"nodes": [{"id": "n1"}]}' from generate_series(1, 100) n`,
        [ana],
      );
      const projects = await referee.rows<{ id: string }>(
        "select id from public.projects where user_id = $1",
        [ana],
      );
      await patience(referee, "30s");
      await a.begin();
      await a.call("public.create_jobs", {
        p_user_id: ana,
        p_jobs: projects.map(({ id: projectId }) => ({
          tool: lane.name,
          input: {},
          metadata: { projectId, nodeId: "n1" },
        })),
      });
      await showNow(a);
      const count = await subTransactionsOf(referee, a);
      await a.end("commit");
      assert(count > 0 && count < 20, `${count} sub-transactions`);
      const { shown } = await referee.row<{ shown: number }>(
        effect === "model"
          ? `select count(*)::integer as shown from public.ai_models where "userId" = $1`
          : "select count(*)::integer as shown from public.projects where user_id = $1 and version = 2",
        [ana],
      );
      assert.equal(shown, 100);
      const { told } = await referee.row<{ told: number }>(
        `select count(*)::integer as told from realtime.messages
       where event = 'model_status_changed' and topic = 'jobs:' || $1
         or event = 'UPDATE' and payload #>> '{new,userId}' = $1 and topic like 'project:%'`,
        [ana],
      );
      assert.equal(told, 100);
    },
  );
}

race(
  "without a partition for today changes are made all the same, and nobody waits to count",
  async (track) => {
    const { a, b, referee, another } = track;
    const lane = await createLane(referee, { capacity: 60 });
    const [ana, bo] = [await createUser(referee, 100), await createUser(referee)];
    await createWaitingJobs(referee, lane, Array(50).fill(ana));
    const { at } = await referee.row<{ at: string }>("select clock_timestamp()::text as at");
    const owner = await another("owner", "supabase_admin");
    await owner.rows("alter table realtime.messages detach partition realtime.messages_default");
    try {
      await a.begin();
      assert.equal(await dispatch(a, lane), 50);
      assert(await subTransactionsOf(referee, a) < 20);
      assert.equal((await skips(referee, b, createJob(b, lane, bo))).status, "processing");
      await a.end("commit");
      const [failures, ...others] = await failuresSince(referee, at);
      assert.deepEqual(others, []);
      assert.deepEqual(failures, { cause: "no_partition", count: "53", heard: "0" }); // with b's two and the lane's
      const { warnings } = await referee.row<{ warnings: string }>(
        "select count(*) as warnings from private.throttles where name = 'broadcasts failed'",
      );
      assert.equal(warnings, "1");
      // The doctor sees it, and that nobody has missed anything; so says the verdict.
      const doctor = await referee.rows<{ check_name: string; verdict: string }>(
        "select check_name, verdict from ops.realtime_doctor() where check_name in ('partition', 'broadcasts')",
      );
      assert.deepEqual(Object.fromEntries(doctor.map((row) => [row.check_name, row.verdict])), {
        broadcasts: "info",
        partition: "info",
      });
      const { detail } = await referee.row<{ detail: string }>(
        `select v.detail from public.jobs j, ops.diagnose(j.id) v
         where j.user_id = $1 and v.code = 'broadcast_swallowed' and v.ruled_out limit 1`,
        [bo],
      );
      assert.match(detail, /^No client was connected to hear of its last change/);
    } finally {
      await owner.rows("alter table realtime.messages attach partition realtime.messages_default default");
    }
  },
);
