/**
 * Plays a lane through, event after event, with Esteira's clock frozen at the time of each: jobs are created, get a slot,
 * end or fail, and what was foretold of each is compared with what came. Nothing waits, so an hour takes seconds.
 */
import type { Sql } from "./connection.ts";
import { createJob } from "../contenders/esteira.ts";
import { SYNC_LANE, userId } from "./fixtures.ts";

/** How a lane is used. `mean`: seconds that a task takes; `spread`: the standard deviation, as a share of that. */
export interface Play {
  slots: number;
  /** How many wait for a slot, more or less, all the time. */
  waiting: number;
  users: number;
  mean: number;
  spread: number;
}

/** In how many seconds a job was to start: half of them sooner (said), nine of ten sooner (late); and when it did. */
export interface Told {
  said: number;
  late: number;
  was: number;
}

const FAILURES = 0.02;
/** Ends before the first job is asked after: by then the lane has been measured. */
const WARM_UP = 60;
let played = Date.parse("2030-01-01T00:00:00Z") / 1000;

/** Plays until `count` jobs have started that were asked after. The lane is left empty. */
export async function playLane(sql: Sql, play: Play, count: number): Promise<Told[]> {
  let now = played;
  const setClock = async (at: number) => {
    now = at;
    await sql`select set_config('esteira.now', ${new Date(at * 1000).toISOString()}, false)`;
  };
  await setClock(now);
  await sql`select private.set_capacity(account_id, ${play.slots}) from private.accounts where lane = ${SYNC_LANE}`;
  await sql`update private.lanes set max_active_per_user = null where lane = ${SYNC_LANE}`;

  const ends = new Map<string, number>(); // of what runs
  const asked = new Map<string, { at: number; said: number; late: number }>();
  const told: Told[] = [];
  const lookWhoRuns = async () => {
    const held = await sql<{ job_id: string }[]>`
      select job_id from private.slots where lane = ${SYNC_LANE} and token is not null`;
    for (const { job_id } of held) {
      if (ends.has(job_id)) continue;
      ends.set(job_id, now + duration(play));
      const question = asked.get(job_id);
      if (question) told.push({ said: question.said, late: question.late, was: now - question.at });
      asked.delete(job_id);
    }
  };
  const create = async (asks: boolean) => {
    const id = await createJob(sql, userId(Math.floor(Math.random() * play.users)), SYNC_LANE);
    await lookWhoRuns();
    if (!asks || ends.has(id)) return;
    const [verdict] = await sql<{ said: number | null; late: number | null }[]>`
      select extract(epoch from expected_at - private.now())::float as said, (evidence ->> 'p90_seconds')::float as late
      from ops.diagnose(${id}) where code = 'waiting_for_slot'`;
    if (!verdict || verdict.said === null) return;
    asked.set(id, { at: now, said: verdict.said, late: verdict.late ?? Infinity });
  };

  for (let i = 0; i < play.slots + play.waiting; i++) await create(false);
  let nextMinute = now + 60;
  let nextJob = now + apart(play);
  let ended = 0;
  while (told.length < count) {
    const [id, endsAt] = [...ends].reduce((a, b) => a[1] <= b[1] ? a : b);
    await setClock(Math.min(endsAt, nextJob, nextMinute));
    if (now === nextMinute) {
      await sql`select private.run_part('esteira-paces')`;
      await sql`select private.tick()`; // what comes back is due
      nextMinute += 60;
    } else if (now === nextJob) {
      await create(ended >= WARM_UP);
      nextJob += apart(play);
    } else {
      await endTask(sql, id, Math.random() < FAILURES);
      ends.delete(id);
      ended++;
    }
    await lookWhoRuns();
  }
  await sql`select public.cancel_job(id) from public.jobs where status = 'pending'`;
  for (const id of ends.keys()) await endTask(sql, id, false);
  await sql`select pgmq.purge_queue(queue_name) from private.lanes where lane = ${SYNC_LANE}`;
  played = now + 3600;
  return told;
}

async function endTask(sql: Sql, id: string, fails: boolean): Promise<void> {
  const token = sql`(select token from public.job_attempts where job_id = ${id} and outcome is null)`;
  if (fails) {
    await sql`select worker.attempt_failed(${id}, ${token}, 'backoff', 'bad_luck', 'It did not work.')`;
  } else await sql`select worker.complete(${id}, ${token}, '{"data": {"done": true}}', null)`;
}

/** Seconds that a task takes: never none, and now and then very long (log-normal). */
function duration({ mean, spread }: Play): number {
  const variance = Math.log(1 + spread ** 2);
  return mean * Math.exp(Math.sqrt(variance) * normal() - variance / 2);
}

/** Seconds until the next job is created: as many as end. */
function apart({ mean, slots }: Play): number {
  return -Math.log(1 - Math.random()) * mean / slots;
}

function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
