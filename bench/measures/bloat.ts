/** Whether what is written again and again stays as small as it is, also when somebody holds a snapshot for a while. */
import type { Contender, Figures, Measure } from "../contenders/contender.ts";
import { complete, createJob, receive, submitted, webhook } from "../contenders/esteira.ts";
import { asSuperuser, connect, type Sql } from "../server/connection.ts";
import { finishedDatabase, OWNERS } from "../server/finished.ts";
import { WEBHOOK_LANE } from "../server/fixtures.ts";
import type { Server } from "../server/server.ts";
import { pause, runLoops } from "../harness/timing.ts";

/** Tables whose rows are as many as before however many jobs have been: they are to stay as small. */
export const STAYS = [
  "private.slots",
  "pgmq.q_bench_queue",
  "pgmq.q_settle_queue",
  "public.credit_accounts",
  "private.tickets",
  "private.clocks",
  "private.heartbeats",
];
/** Tables that have a row more for each job. */
const GROWS = ["public.jobs", "public.job_attempts", "private.webhook_events", "public.credit_entries"];
/** Figures that the target looks up, of the second and the last third of the time. */
export const SIZES = { held: "MB, snapshot held", after: "MB, after" };
/** The row of the load itself. */
export const LOAD = "lives a second";

const CONNECTIONS = 4;
/** Jobs that have ended before: so many that a fifth of them is more than a minute makes. */
const FINISHED = 200_000;
const THIRDS = ["before", "snapshot held", "after"];

/** Lives as fast as they go for `--minutes`; somebody holds a snapshot for the second third of them. */
export const bloat: Measure = {
  name: "bloat",
  title: `Tables under full load (${CONNECTIONS} connections), a snapshot held for the second third of it`,
  seconds: ({ minutes, rounds }) => minutes * 60 / rounds,
  sides: () => {
    const runs: Promise<Record<string, Figures>>[] = [];
    return [LOAD, ...STAYS, ...GROWS].map((name) => ({ name, open: (server) => open(server, name, runs) }));
  },
};

/** Who asks first lets it run; all others are told of the same run. */
function open(server: Server, name: string, runs: Promise<Record<string, Figures>>[]): Promise<Contender> {
  let rounds = 0;
  return Promise.resolve({
    async round(seconds) {
      const figures = await (runs[rounds++] ??= run(server, seconds));
      return figures[name] ?? {};
    },
    close: () => Promise.resolve(),
  });
}

async function run(server: Server, seconds: number): Promise<Record<string, Figures>> {
  const url = asSuperuser(await finishedDatabase(server, "bloat", FINISHED));
  const [sql, watcher, holder] = [connect(url, CONNECTIONS), connect(url, 1), connect(url, 1)];
  const figures: Record<string, Figures> = { [LOAD]: {} };
  try {
    let isOver = false;
    const schedules = (async () => {
      for (; !isOver; await pause(1000)) await watcher`select private.tick()`;
    })();
    for (const third of THIRDS) {
      const lives = third === "snapshot held"
        ? await holder.begin("isolation level repeatable read", async (tx) => {
          await tx`select count(*) from private.slots`;
          return await live(sql, seconds / 3);
        })
        : await live(sql, seconds / 3);
      figures[LOAD] = { ...figures[LOAD], [third]: lives };
      await note(watcher, third, figures);
    }
    isOver = true;
    await schedules;
    return figures;
  } finally {
    for (const pool of [sql, watcher, holder]) await pool.end();
  }
}

/** Notes how large each table is, and how many of its rows are dead. */
async function note(sql: Sql, third: string, figures: Record<string, Figures>): Promise<void> {
  const rows = await sql<{ name: string; mb: number; dead: number; hot: number }[]>`
    select s.schemaname || '.' || s.relname as name, pg_table_size(s.relid) / 1048576.0::float8 as mb,
      s.n_dead_tup::integer as dead, coalesce(100.0 * s.n_tup_hot_upd / nullif(s.n_tup_upd, 0), 0)::float8 as hot
    from pg_stat_user_tables s where s.schemaname || '.' || s.relname = any (${[...STAYS, ...GROWS]})`;
  for (const { name, mb, dead, hot } of rows) {
    figures[name] = { ...figures[name], [`MB, ${third}`]: mb, [`dead, ${third}`]: dead, "HOT %": hot };
  }
}

let created = 0;

/** Takes jobs through their lives for so many seconds; returns how many a second. */
async function live(sql: Sql, seconds: number): Promise<number> {
  let done = 0;
  const took = await runLoops(CONNECTIONS, seconds, async () => {
    const n = String((created++ * 7919) % OWNERS).padStart(12, "0");
    await createJob(sql, `00000000-0000-4000-8000-${n}`, WEBHOOK_LANE);
    const message = await receive(sql, WEBHOOK_LANE);
    if (!message) return;
    await submitted(sql, message, message.item.job.id);
    await complete(sql, await webhook(sql, message, message.item.job.id));
    done++;
  });
  return done / took;
}
