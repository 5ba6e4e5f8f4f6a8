/** Whether what a job costs, and what the schedules cost, grows with the jobs that have ended. */
import type { Contender, Figures, Measure } from "../contenders/contender.ts";
import { asSuperuser, connect, type Sql } from "../server/connection.ts";
import { buffersAskedFor, cpuNanosecondsOf } from "../server/cpu.ts";
import { finishedDatabase, HARDLY_ANY } from "../server/finished.ts";
import type { Server } from "../server/server.ts";
import { percentile } from "../harness/stats.ts";
import { type Call, CALLS } from "./growth_calls.ts";

/** Figures that the targets look up: how many times what it costs where hardly any job has ended. */
export const TIMES = { p50: "p50 ×", cpu: "CPU ×" };
/** Names of the rows. A piece of the drift's proof is as large as there are jobs, up to 2,000: it is bounded otherwise. */
export const GROWTH = CALLS.map(({ name }) => name).filter((name) => name !== "drift");

/** Each call in two databases: one with 100 finished jobs, one with `--growth-rows`, in turns. */
export const growth: Measure = {
  name: "growth",
  title: "Cost beside 100 finished jobs and beside very many (1 connection, 50,000 users)",
  sides: ({ growthRows }) =>
    CALLS.map((call) => ({ name: call.name, open: (server) => open(server, call, growthRows) })),
};

const LABELS = ["few", "many"];
/** Calls in a row in the same database. */
const BLOCK = 10;

interface Cost {
  times: number[];
  cpu: number[];
}

async function open(server: Server, call: Call, rows: number): Promise<Contender> {
  const pools: Sql[] = [];
  for (const count of [HARDLY_ANY, rows]) {
    pools.push(connect(asSuperuser(await finishedDatabase(server, "growth", count)), 1));
  }
  return {
    async round(seconds) {
      const costs = pools.map((): Cost => ({ times: [], cpu: [] }));
      for (const sql of pools) await call.once(sql, (work) => work());
      for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
        for (const [i, sql] of pools.entries()) await block(sql, call, costs[i]!, seconds * 200);
      }
      const buffers: number[] = [];
      for (const sql of pools) buffers.push(await buffersOf(sql, call));
      return figures(costs, buffers);
    },
    close: async () => {
      for (const sql of pools) await sql.end();
    },
  };
}

/** Some calls in a row, for `most` milliseconds at the most. */
async function block(sql: Sql, call: Call, { times, cpu }: Cost, most: number): Promise<void> {
  const [{ pid } = { pid: 0 }] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const end = performance.now() + most;
  for (let n = 0; n < BLOCK && performance.now() < end; n++) {
    await call.once(sql, async (work) => {
      const cpuBefore = await cpuNanosecondsOf(pid);
      const begun = performance.now();
      await work();
      times.push(performance.now() - begun);
      cpu.push((await cpuNanosecondsOf(pid) - cpuBefore) / 1e6);
    });
  }
}

/** The median of the pages that a call asks for, less what asking for that asks for. */
async function buffersOf(sql: Sql, call: Call): Promise<number> {
  const counts: number[] = [];
  for (let n = 0; n < BLOCK; n++) {
    await call.once(sql, async (work) => {
      const first = await buffersAskedFor(sql);
      const before = await buffersAskedFor(sql);
      await work();
      counts.push(await buffersAskedFor(sql) - before - (before - first));
    });
  }
  return percentile(counts, 0.5);
}

function figures(costs: Cost[], buffers: number[]): Figures {
  const p50 = costs.map(({ times }) => percentile(times, 0.5));
  const cpu = costs.map(({ cpu }) => percentile(cpu, 0.5));
  const named = (unit: string, values: number[]) =>
    values.map((value, i) => [`${LABELS[i]}: ${unit}`, value] as const);
  return Object.fromEntries([
    ...named("p50 ms", p50),
    [TIMES.p50, (p50[1] ?? NaN) / (p50[0] ?? NaN)],
    ...named("CPU ms", cpu),
    [TIMES.cpu, (cpu[1] ?? NaN) / (cpu[0] ?? NaN)],
    ...named("buffers", buffers),
  ]);
}
