/**
 * A crowd of publications on few connections: ESTEIRA_RACE_OPERATIONS operations (default 2,000) from 16 connections of
 * workers, owners and operators. The seed is printed; ESTEIRA_SEED repeats what each does, though not how they interleave.
 */
import assert from "node:assert/strict";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { createUser, grant } from "./actors.ts";
import { isDatabaseError, noticeDeadlocksSoon, type Row, Session } from "./harness.ts";
import { seeded } from "./mixed_operations.ts";
import {
  commit,
  connect,
  dispatchPublications,
  enablePublishing,
  failed,
  published,
  type Publisher,
  type Publishing,
  resolve,
} from "./publishing.ts";

const OPERATIONS = Number(Deno.env.get("ESTEIRA_RACE_OPERATIONS") ?? 2_000);
const SEED = Number(Deno.env.get("ESTEIRA_SEED") ?? Date.now() % 1_000_000);
const ACTORS = 16;

/** What is always so: each returns the rows that say otherwise. */
const ALWAYS: Record<string, string> = {
  "a connection has at most one publication that is ready or under way": `
    select p.connection_id, count(*) from public.publications p join public.jobs j on j.id = p.job_id
    where j.status = 'processing' or (j.status = 'pending' and j.run_at is null) group by 1 having count(*) > 1`,
  "its place in the line is what its job has come to": `
    select p.line, j.status, j.run_at, j.expires_at from public.publications p join public.jobs j on j.id = p.job_id
    where p.line <> case when j.status in ('completed', 'failed', 'cancelled') then 'done'
      when j.status = 'processing' or j.run_at is null then 'front'
      when j.run_at >= j.expires_at then 'held' else 'scheduled' end`,
  "the ledger is right, and no slot is held for nothing": "select * from ops.credit_drift()",
  "what was committed is not failed, cancelled or paid back but by the platform's word": `
    select j.id, j.status, j.error_code, j.refund, a.submits, a.word, a.never_existed
    from public.publications p join public.jobs j on j.id = p.job_id join public.job_attempts a on a.job_id = j.id
    where j.status in ('failed', 'cancelled') and p.unknown_at is null
      and a.submits > 0 and not a.never_existed and a.word is distinct from 'failed'`,
  "nothing of it is in the outbox": `
    select c.* from private.cancels c join public.publications p on p.job_id = c.job_id`,
};

/** So once every line was looked at and nothing holds one. */
const AT_REST: Record<string, string> = {
  "nobody who is held is forgotten": `
    select p.connection_id, count(*) from public.publications p where p.line = 'held' and not exists (
      select from public.publications f where f.connection_id = p.connection_id and f.line = 'front') group by 1`,
  "no note is left": "select * from private.freed_connections",
};

async function broken(session: Session, questions: Record<string, string>): Promise<string[]> {
  const found: string[] = [];
  for (const [sentence, question] of Object.entries(questions)) {
    const rows = await session.rows<Row>(question);
    if (rows.length > 0) {
      found.push(`not so: ${sentence}; ${rows.length}, such as ${JSON.stringify(rows[0])}`);
    }
  }
  return found;
}

interface World {
  /** Nothing is held: what ends a hold has a line looked at, and would hide that it was forgotten. */
  isQuiet: boolean;
  publishers: Publisher[];
  works: Publishing[];
  jobIds: string[];
}

type Random = () => number;
const pick = <T>(from: readonly T[], random: Random): T | undefined =>
  from[Math.floor(random() * from.length)];

function remember<T>(list: T[], ...items: T[]): void {
  list.push(...items);
  if (list.length > 30) list.splice(0, list.length - 30);
}

async function receive(session: Session, world: World): Promise<void> {
  const rows = await session.call<{ item: { job: { id: string }; attempt: { token: string } } }>(
    "worker.receive",
    {
      p_lane: "publication",
      p_qty: 3,
    },
  );
  remember(world.works, ...rows.map(({ item }) => ({ jobId: item.job.id, token: item.attempt.token })));
}

/** Mostly one that is under way; else one of which somebody knew before. */
async function someWork(session: Session, { works }: World, random: Random): Promise<Publishing | undefined> {
  if (random() < 0.3) return pick(works, random);
  const [row] = await session.rows<{ job_id: string; token: string }>(
    "select job_id, token from public.job_attempts where outcome is null order by random() limit 1",
  );
  return row && { jobId: row.job_id, token: row.token };
}

async function enqueue(session: Session, world: World, random: Random): Promise<void> {
  const { userId, connectionId } = pick(world.publishers, random)!;
  const wishes = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, n) => ({
    n,
    tool: "x_post",
    input: {
      connectionId,
      groupId: crypto.randomUUID(),
      caption: `${Math.floor(random() * 200)}`,
      mediaFiles: [],
    },
    priority: -Math.floor(random() * 3),
    run_at: random() < 0.2 ? new Date(Date.now() + random() * 2_000).toISOString() : null,
  }));
  const answer = await session.ask<{ jobs: { job: { id: string } }[] }>("worker.enqueue_publications", {
    p_user_id: userId,
    p_wishes: wishes,
  });
  remember(world.jobIds, ...answer.jobs.map(({ job }) => job.id));
}

/** The connection is there with its tokens, connected anew if it was ended. */
async function connectAnew(session: Session, world: World, random: Random): Promise<void> {
  const { connectionId } = pick(world.publishers, random)!;
  if (world.isQuiet) return;
  await session.rows(
    `select worker.save_connection(user_id, platform, jsonb_build_object('external_id', external_id),
       '{"access_token": "a", "refresh_token": "r", "expires_in": 60}') from public.connections where id = $1`,
    [connectionId],
  );
}

async function renew(session: Session, world: World, random: Random): Promise<void> {
  const p_connection_id = pick(world.publishers, random)!.connectionId;
  if (world.isQuiet) return;
  const verdict = await session.ask<{ claim?: string }>("worker.claim_refresh", {
    p_connection_id,
    p_refused_access_token: "a",
  });
  if (verdict.claim === undefined) return;
  const p_claim = verdict.claim;
  const p_tokens = { access_token: "a", refresh_token: "r", expires_in: 60 };
  if (random() < 0.7) return await session.ask("worker.refreshed", { p_connection_id, p_claim, p_tokens });
  await session.ask("worker.refresh_failed", {
    p_connection_id,
    p_claim,
    p_is_final: random() < 0.5,
    p_code: "invalid_grant",
    p_message: "No.",
    p_retry_after: "300 ms",
  });
}

/** What may be done, and how often of all. */
const OPERATIONS_OF: [
  number,
  string,
  (session: Session, world: World, random: Random) => Promise<unknown>,
][] = [
  [6, "enqueue", enqueue],
  [8, "receive", receive],
  [8, "commit", async (session, world, random) => {
    const work = await someWork(session, world, random);
    if (work && await commit(session, work) === "commit" && random() < 0.8) await published(session, work);
  }],
  [4, "publish late", async (session, world, random) => {
    const work = await someWork(session, world, random);
    if (work) await published(session, work);
  }],
  [6, "fail", async (session, world, random) => {
    const work = await someWork(session, world, random);
    const kind = pick(
      world.isQuiet ? ["never", "backoff", "wait"] : ["never", "wait", "reconnect", "pause"],
      random,
    )!;
    const scope = pick(world.isQuiet ? ["publication"] : ["publication", "connection", "platform"], random)!;
    if (work) await failed(session, work, { class: kind, scope, retry_after_ms: 300 }, random() < 0.5);
  }],
  [2, "give up in doubt", async (session, world, random) => {
    const work = await someWork(session, world, random);
    if (work) await session.ask("worker.submit_unknown", { p_job_id: work.jobId, p_token: work.token });
  }],
  [2, "step", async (session, world, random) => {
    const work = await someWork(session, world, random);
    if (!work) return;
    await session.ask("worker.publication_step", {
      p_job_id: work.jobId,
      p_token: work.token,
      p_step: "prepare",
      p_name: "uploaded",
      p_facts: { at: random() },
      p_progress: 50,
    });
  }],
  [4, "cancel", async (session, { jobIds }, random) => {
    const jobId = pick(jobIds, random);
    if (jobId) await session.call("public.cancel_job", { p_job_id: jobId });
  }],
  [2, "retry", async (session, { jobIds }, random) => {
    const jobId = pick(jobIds, random);
    if (jobId) await session.call("public.retry_job", { p_job_id: jobId });
  }],
  [3, "resolve", async (session, _, random) => {
    const [found] = await session.rows<{ job_id: string }>(
      "select job_id from public.publications where unknown_at is not null and resolved is null order by random() limit 1",
    );
    if (found) await resolve(session, found.job_id, random() < 0.5 ? "there" : "not_there");
  }],
  [4, "reconnect", (session, world) => world.isQuiet ? Promise.resolve() : reconnectAll(session)],
  [2, "connect anew", connectAnew],
  [4, "renew", renew],
  [1, "end and connect anew", async (session, world, random) => {
    const { userId, connectionId } = pick(world.publishers, random)!;
    if (world.isQuiet) return;
    await session.call("worker.disconnect", { p_connection_id: connectionId, p_user_id: userId });
    await connectAnew(session, world, random);
  }],
  [1, "weather", async (session, world, random) => {
    const p_platform = "x";
    if (random() < 0.4 && !world.isQuiet) {
      await session.call("worker.platform_down", { p_platform, p_reason: "test" });
    } else await session.call("worker.platform_up", { p_platform });
  }],
  [1, "look after", (session) => session.call("private.look_after_connections", {})],
  [1, "give back", async (session) => {
    await session.rows(
      "select worker.revocation_done((r ->> 'id')::uuid) from worker.receive_revocations(3) r",
    );
  }],
  [8, "end holds", (session) => session.call("private.end_holds", { p_at: new Date().toISOString() })],
  [2, "tend", (session) => session.call("private.tend_publications", {})],
  [1, "reap", (session) => session.call("worker.reap", {})],
  [2, "dispatch", (session) => dispatchPublications(session)],
  [1, "overdue", async (session, _, random) => {
    await session.rows(
      `update public.jobs set deadline_at = now() - interval '6 minutes' where id in (
        select id from public.jobs where status = 'processing' order by random() limit 1 for update skip locked)`,
    );
    if (random() < 0.5) await session.call("private.give_up_overdue_jobs", {});
  }],
  [0.5, "leave", async (session, world, random) => {
    const gone = pick(world.publishers, random)!.userId;
    await session.rows("delete from auth.users where id = $1", [gone]);
    const userId = await createUser(session, 200);
    for (const publisher of world.publishers) {
      if (publisher.userId === gone) {
        Object.assign(publisher, { userId, connectionId: await connect(session, userId) });
      }
    }
  }],
];

function drawn(random: Random) {
  let left = random() * OPERATIONS_OF.reduce((sum, [weight]) => sum + weight, 0);
  return OPERATIONS_OF.find(([weight]) => (left -= weight) < 0) ?? OPERATIONS_OF[0]!;
}

/** Does what is drawn; returns what went wrong, each kind with how often it came. */
async function runAll(
  actors: Session[],
  referee: Session,
  world: World,
  operations: number,
): Promise<string[]> {
  const wrong = new Map<string, number>();
  const note = (text: string) => wrong.set(text, (wrong.get(text) ?? 0) + 1);
  const doing = new Map<number, string>();
  let left = operations;
  await Promise.all(actors.map(async (session, i) => {
    const random = seeded(SEED + i);
    while (left-- > 0) {
      const [, name, operation] = drawn(random);
      doing.set(session.pid, name);
      try {
        await operation(session, world, random);
      } catch (error) {
        // A refusal is an answer; so is a user or connection who has just gone.
        if (!isDatabaseError(error) || !(error.code.startsWith("PT") || error.code === "23503")) {
          const message = error instanceof Error ? error.message : String(error);
          // A deadlock's report names processes: say what each was doing.
          note(`${name}: ${message.replace(/[Pp]rocess (\d+)/g, (_, pid) => doing.get(Number(pid)) ?? pid)}`);
        }
      }
      if (left % 250 === 0) (await broken(referee, ALWAYS)).forEach(note);
    }
  }));
  return [...wrong].map(([text, count]) => `${count} × ${text}`);
}

/**
 * Ends all holds, each noted as what ends one does; nobody else's line is noted, or who was forgotten would be found. No
 * platform is down any more: of one that is, a single connection would try.
 */
async function settle(referee: Session): Promise<void> {
  await referee.rows("update public.connections set held_until = now() where held_until is not null");
  await referee.rows(
    "update private.platforms set paused_until = now(), down_since = null where paused_until is not null",
  );
  await referee.call("private.end_holds", { p_at: new Date(Date.now() + 1_000).toISOString() });
  await reconnectAll(referee);
  for (let round = 0; round < 20; round++) await dispatchPublications(referee);
}

/** Their owners connect those anew that have to be. */
async function reconnectAll(session: Session): Promise<void> {
  await session.rows(
    `with live as (
       update public.connections set state = 'live', state_code = null, state_message = null
       where id in (select id from public.connections where state = 'reconnect_needed' for update skip locked)
       returning id)
     select private.connection_freed(id) from live`,
  );
}

Deno.test(`${OPERATIONS} operations on a crowd of publications neither deadlock nor forget one`, async () => {
  console.log(`ESTEIRA_SEED=${SEED}`);
  const cluster = await startDatabase(await readProject(SUPABASE));
  await noticeDeadlocksSoon(cluster);
  const referee = await Session.open(cluster.url(), "referee");
  const actors = await Promise.all(
    Array.from({ length: ACTORS }, (_, i) => Session.open(cluster.url(), `actor ${i}`)),
  );
  try {
    await enablePublishing(referee, 5);
    const limits =
      "max_refunds_per_user = 1000000, max_waiting_per_user = 1000, backoff_base = '20 milliseconds'";
    await referee.rows(
      `update private.lanes set ${limits}, backoff_max = '100 milliseconds' where lane = 'publication'`,
    );
    await referee.rows(
      "update private.platforms set connection_post_limit = 20, connection_post_window = '1 second' where platform = 'x'",
    );
    await referee.rows("update private.limits set maximum = null where true").catch(() => {});
    const world: World = { isQuiet: false, publishers: [], works: [], jobIds: [] };
    for (let i = 0; i < 3; i++) {
      const userId = await createUser(referee, 100);
      await grant(referee, userId, 100_000);
      for (let j = 0; j < 2; j++) {
        world.publishers.push({ userId, connectionId: await connect(referee, userId) });
      }
    }
    assert.deepEqual(await runAll(actors, referee, world, OPERATIONS / 2), []);
    await settle(referee);
    assert.deepEqual([...await broken(referee, ALWAYS), ...await broken(referee, AT_REST)], []);
    world.isQuiet = true;
    await referee.rows(
      "update private.platforms set connection_post_limit = null, connection_post_window = null where platform = 'x'",
    );
    assert.deepEqual(await runAll(actors, referee, world, OPERATIONS / 2), []);

    const { ended } = await referee.row<{ ended: number }>(
      // Those too that are gone with their users.
      `select count(distinct payload #>> '{new,id}')::integer as ended from realtime.messages
       where payload ->> 'table' = 'jobs' and payload #>> '{new,status}' in ('completed', 'failed', 'cancelled')`,
    );
    assert(ended > OPERATIONS / 40, `only ${ended} came to an end: these were no races`);
    await Promise.all(actors.splice(0).map((session) => session.close()));
    const count = "select deadlocks from pg_stat_database where datname = current_database()";
    assert.deepEqual(await referee.row(count), { deadlocks: "0" });
    for (let round = 0; round < 20; round++) await dispatchPublications(referee);
    assert.deepEqual([...await broken(referee, ALWAYS), ...await broken(referee, AT_REST)], []);
  } finally {
    await Promise.all([...actors, referee].map((session) => session.close()));
    await cluster.stop();
  }
});
