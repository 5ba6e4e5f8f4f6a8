/**
 * Everything at once, on few rows: ESTEIRA_RACE_OPERATIONS operations (default 4,000) from 16 connections. The seed is
 * printed; ESTEIRA_SEED repeats what each connection does, though not how they interleave.
 */
import assert from "node:assert/strict";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { addAccount, createLane, createUser, dispatch, type LaneLimits, setCapacity } from "./actors.ts";
import { isDatabaseError, noticeDeadlocksSoon, Session } from "./harness.ts";
import { assertAtRest, brokenNow, prepareQuestions } from "./invariants.ts";
import { createProject } from "./projects.ts";
import { actOnce, seeded, type World } from "./mixed_operations.ts";

const OPERATIONS = Number(Deno.env.get("ESTEIRA_RACE_OPERATIONS") ?? 4_000);
const SEED = Number(Deno.env.get("ESTEIRA_SEED") ?? Date.now() % 1_000_000);
const CONNECTIONS = 16;
const QUICK = { backoff_base: "10 milliseconds", backoff_max: "50 milliseconds", lease: "1 second" };
const IMPATIENT = {
  poll_after: "10 milliseconds",
  poll_every: "10 milliseconds",
  max_waiting_per_user: 15,
  max_refunds_per_user: 1_000_000,
};

async function createWorld(session: Session): Promise<World> {
  const world: World = {
    lanes: [],
    pullLanes: [],
    accountIds: [],
    userIds: [],
    projectIds: new Map(),
    jobIds: [],
    received: [],
  };
  const kinds: { effect?: "project_node" | "model"; limits: LaneLimits }[] = [
    { effect: "project_node", limits: {} },
    { effect: "model", limits: { max_active_per_user: 1 } },
    { effect: "project_node", limits: { rate_limit: 50, rate_window: "1 second" } },
    { limits: { delivery: "pull" } },
  ];
  for (const { effect, limits } of kinds) {
    const lane = await createLane(session, {
      capacity: 3,
      used: false,
      limits: { ...QUICK, ...IMPATIENT, ...limits },
      effect,
    });
    world.lanes.push(lane);
    if (limits.delivery === "pull") world.pullLanes.push(lane);
    world.accountIds.push(lane.accountId, await addAccount(session, lane.name, 2));
  }
  for (let i = 0; i < 6; i++) world.userIds.push(await createUser(session, 50));
  for (const userId of world.userIds) {
    const projects = [await createProject(session, userId), await createProject(session, userId)];
    world.projectIds.set(userId, projects.map(({ id }) => id));
  }
  return world;
}

/** Runs the operations; returns what went wrong, each kind once with its evidence and how often it came. */
async function runAll(actors: Session[], referee: Session, world: World): Promise<string[]> {
  const wrong = new Map<string, number>();
  const note = (text: string) => wrong.set(text, (wrong.get(text) ?? 0) + 1);
  const doing = new Map<number, string>();
  let left = OPERATIONS;
  const report = (name: string, error: unknown) => {
    if (!isDatabaseError(error)) return note(`${name}: ${error}`);
    // A deadlock's report names processes: say what each was doing.
    const message = error.message.replace(
      /[Pp]rocess (\d+)/g,
      (_, pid) => doing.get(Number(pid)) ?? `process ${pid}`,
    );
    note(`${name}: ${error.code} ${message.replace(/(transaction |tuple \()[\d,]+/g, "$1…")}`);
  };
  await Promise.all(actors.map(async (session, i) => {
    const random = seeded(SEED + i);
    while (left-- > 0) {
      await actOnce(world, { session, random }, report, (name) => doing.set(session.pid, name));
      if (left % 500 === 0) (await brokenNow(referee)).forEach(note);
    }
  }));
  return [...wrong].map(([text, count]) => `${count} × ${text}`);
}

Deno.test(`${OPERATIONS} mixed operations from ${CONNECTIONS} connections neither deadlock nor break a rule`, async () => {
  console.log(`ESTEIRA_SEED=${SEED}`);
  const cluster = await startDatabase(await readProject(SUPABASE));
  await noticeDeadlocksSoon(cluster);
  const referee = await Session.open(cluster.url(), "referee");
  const actors = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, i) => Session.open(cluster.url(), `actor ${i}`)),
  );
  try {
    const world = await createWorld(referee);
    await prepareQuestions(referee);
    const wrong = await runAll(actors, referee, world);

    await referee.rows("update private.lanes set paused_until = null, pause_reason = null");
    await referee.rows("update private.accounts set paused_until = null, pause_reason = null");
    for (const lane of world.lanes) await referee.call("worker.provider_up", { p_lane: lane.name });
    for (const accountId of world.accountIds) await setCapacity(referee, accountId, 3);
    for (const lane of world.lanes) await dispatch(referee, lane);
    while (await referee.ask<number>("private.apply_pending_effects", {}) > 0);
    const { done } = await referee.row<{ done: number }>(
      // Those too that are gone with their users, but for whoever is forgotten already.
      `select count(distinct payload #>> '{new,id}')::integer as done from realtime.messages
       where payload ->> 'table' = 'jobs' and payload #>> '{new,status}' in ('completed', 'failed', 'cancelled')`,
    );
    assert(done > OPERATIONS / 100, `only ${done} jobs came to an end: these were no races`);
    assert.deepEqual(wrong, []);
    // An effect that meets a deadlock is put off and says nothing: the server's own count knows. Closing tells it.
    await Promise.all(actors.splice(0).map((session) => session.close()));
    const count = "select deadlocks from pg_stat_database where datname = current_database()";
    assert.deepEqual(await referee.row(count), { deadlocks: "0" });
    await assertAtRest(referee);
  } finally {
    await Promise.all([...actors, referee].map((session) => session.close()));
    await cluster.stop();
  }
});
