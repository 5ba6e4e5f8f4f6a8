/** Whether anybody waits while what has had its time is forgotten: payloads, webhooks, and a million jobs themselves. */
import type { Contender, Figures, Measure } from "../contenders/contender.ts";
import { complete, createJob, type Leased, receive, submitted, webhook } from "../contenders/esteira.ts";
import { asSuperuser, connect, type Sql } from "../server/connection.ts";
import { cpuNanosecondsOf } from "../server/cpu.ts";
import { finishedDatabase, OWNERS } from "../server/finished.ts";
import { WEBHOOK_LANE } from "../server/fixtures.ts";
import type { Server } from "../server/server.ts";
import { percentile } from "../harness/stats.ts";
import { quantiles, runLoops } from "../harness/timing.ts";

/** Figures that the targets look up. */
export const FORGOTTEN = "forgotten/s";
export const PIECE = "longest piece, CPU ms";
export const LONGEST = { calm: "without: longest ms", swept: "beside: longest ms" };

const CONNECTIONS = 2;
const user = (n: number) => `00000000-0000-4000-8000-${String(n % OWNERS).padStart(12, "0")}`;

/** What is swept: a schedule's part, told to go on without a pause, and how long all of it is kept. */
const SWEEPS = {
  payloads: {
    keep: "select ops.set_retention(null, null, null, '1 hour', '1 hour')",
    piece:
      "select (did ->> 'webhook_events')::integer + (did ->> 'payloads')::integer as n from private.forget_payloads() did",
  },
  jobs: {
    keep: "select ops.set_retention(null, null, null, null, null, p_jobs => '1 day')",
    piece: "select private.forget_old_jobs() as n",
  },
};

/** Names of the rows. */
export const RETENTION = {
  payloads: "webhooks and payloads",
  jobs: "jobs, with attempts and webhooks",
};

/** Lives of jobs on two connections, for a while alone and for as long beside a sweep that never rests. */
export const retention: Measure = {
  name: "retention",
  title: "Forgetting without a pause, beside lives of jobs (2 connections)",
  sides: ({ growthRows }) =>
    (["payloads", "jobs"] as const).map((what) => ({
      name: RETENTION[what],
      open: (server: Server) => open(server, what, growthRows),
    })),
};

async function open(server: Server, what: keyof typeof SWEEPS, rows: number): Promise<Contender> {
  const url = asSuperuser(await finishedDatabase(server, "retention", rows));
  const sql = connect(url, CONNECTIONS);
  const sweeper = connect(url, 1);
  return {
    async round(seconds) {
      await sweeper.unsafe(SWEEPS[what].keep);
      const calm = await live(sql, seconds);
      const [{ pid } = { pid: 0 }] = await sweeper<{ pid: number }[]>`select pg_backend_pid() as pid`;
      const pieces: number[] = [], cpu: number[] = [];
      let forgotten = 0, isOver = false;
      const sweep = (async () => {
        while (!isOver) {
          const begun = performance.now(), cpuBefore = await cpuNanosecondsOf(pid);
          const [row] = await sweeper.unsafe<{ n: number }[]>(SWEEPS[what].piece);
          pieces.push(performance.now() - begun);
          cpu.push((await cpuNanosecondsOf(pid) - cpuBefore) / 1e6);
          forgotten += row?.n ?? 0;
        }
      })();
      const beside = await live(sql, seconds).finally(() => isOver = true);
      await sweep;
      return {
        ...told("without", calm),
        ...told("beside", beside),
        [FORGOTTEN]: forgotten / seconds,
        "piece p50 ms": percentile(pieces, 0.5),
        [PIECE]: Math.max(...cpu),
      };
    },
    close: async () => {
      await sql.end();
      await sweeper.end();
    },
  };
}

function told(label: string, times: number[]): Figures {
  const figures = { ...quantiles(times), "longest ms": Math.max(...times) };
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${label}: ${name}`, value]));
}

let created = 0;

/** Takes jobs through their lives, and returns how long each call of these took. */
async function live(sql: Sql, seconds: number): Promise<number[]> {
  const times: number[] = [];
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    const result = await work();
    times.push(performance.now() - begun);
    return result;
  };
  await runLoops(CONNECTIONS, seconds, async () => {
    await timed(() => createJob(sql, user(created++ * 7919), WEBHOOK_LANE));
    const message: Leased | undefined = await timed(() => receive(sql, WEBHOOK_LANE));
    if (!message) return;
    await timed(() => submitted(sql, message, message.item.job.id));
    const settle = await timed(() => webhook(sql, message, message.item.job.id));
    await timed(() => complete(sql, settle));
  });
  return times;
}
