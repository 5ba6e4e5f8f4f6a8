/** pg-boss 12 (https://github.com/timgit/pg-boss), through its own API: it has no SQL function to enqueue. */
import { connect } from "../server/connection.ts";
import type { Contender } from "./contender.ts";
import { INPUT } from "./esteira.ts";
import type { Server } from "../server/server.ts";
import { callOneByOne, pause } from "../harness/timing.ts";
import { loadPeer } from "./install.ts";

interface Boss {
  on(event: "error", listener: (error: Error) => void): void;
  start(): Promise<unknown>;
  stop(options: { graceful: boolean }): Promise<void>;
  createQueue(name: string): Promise<void>;
  send(queue: string, data: object): Promise<unknown>;
  insert(queue: string, jobs: object[]): Promise<unknown>;
  work(queue: string, options: object, handler: () => Promise<void>): Promise<string>;
  offWork(queue: string): Promise<void>;
}

/** One `send` after the other, or one `insert` of `batch` jobs, on one connection. */
export async function openPgBoss(server: Server, batch = 1): Promise<Contender> {
  const queue = batch === 1 ? "one" : "many";
  const boss = await startBoss(await server.database("pg_boss", "empty"), 1);
  await boss.createQueue(queue);
  const many = Array.from({ length: batch }, () => ({ data: INPUT }));
  return {
    round: (seconds) =>
      batch === 1
        ? callOneByOne(seconds, () => boss.send(queue, INPUT))
        : callOneByOne(seconds, () => boss.insert(queue, many), {
          each: batch,
        }),
    close: () => boss.stop({ graceful: false }),
  };
}

// Jobs that take this long, taken from a queue polled this often: many run at once if nothing stops them.
const JOB_MS = 150;
const POLL_SECONDS = 0.5;
const INSTANCES = 4;
const WORKERS_EACH = 6;

/** A group limited to `limit` jobs, worked on by 24 workers in 4 instances: do more ever run at once? */
export async function openPgBossLimit(server: Server, limit: number): Promise<Contender> {
  const url = await server.database("pg_boss_limit", "empty");
  const bosses: Boss[] = [];
  for (let i = 0; i < INSTANCES; i++) {
    bosses.push(await startBoss(url, WORKERS_EACH + 2, { supervise: i === 0 }));
  }
  const [first] = bosses;
  const sql = connect(url, 1);
  let rounds = 0;
  return {
    async round(seconds) {
      const queue = `limited_${rounds++}`;
      await first?.createQueue(queue);
      const jobs = Math.ceil(limit * seconds * 1000 / JOB_MS) * 3;
      const job = { data: INPUT, group: { id: "tenant" } };
      await first?.insert(queue, Array.from({ length: jobs }, () => job));
      let running = 0, most = 0, mostInDatabase = 0, done = 0, isOver = false;
      const options = {
        localConcurrency: WORKERS_EACH,
        groupConcurrency: limit,
        pollingIntervalSeconds: POLL_SECONDS,
      };
      for (const boss of bosses) {
        await boss.work(queue, options, async () => {
          if (isOver) return;
          most = Math.max(most, ++running);
          await pause(JOB_MS);
          running--;
          done++;
        });
      }
      const end = performance.now() + seconds * 1000;
      while (performance.now() < end) {
        const [row] = await sql<{ active: number }[]>`
          select count(*)::integer as active from pgboss.job where name = ${queue} and state = 'active'`;
        mostInDatabase = Math.max(mostInDatabase, row?.active ?? 0);
        await pause(15);
      }
      isOver = true;
      await Promise.all(bosses.map((boss) => boss.offWork(queue)));
      return {
        "most at once": most,
        "most at once, by the database": mostInDatabase,
        "jobs/s": done / seconds,
      };
    },
    async close() {
      await Promise.all(bosses.map((boss) => boss.stop({ graceful: false })));
      await sql.end();
    },
  };
}

async function startBoss(url: string, max: number, options: object = { supervise: false }): Promise<Boss> {
  const { PgBoss } = await loadPeer<{ PgBoss: new (options: object) => Boss }>("pg-boss");
  const boss = new PgBoss({ connectionString: url, max, schedule: false, ...options });
  boss.on("error", (error) => console.error(`pg-boss: ${error.message}`));
  await boss.start();
  return boss;
}
