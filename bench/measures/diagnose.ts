/** What it costs to say why a job stands where it stands, where there are a million of them. */
import type { Contender, Measure } from "../contenders/contender.ts";
import { actAs, diagnose, isThere, someJobs, why } from "../contenders/esteira.ts";
import { NotThere } from "../contenders/contender.ts";
import { connect, type Sql } from "../server/connection.ts";
import { cpuOf } from "../server/cpu.ts";
import { millionDatabase } from "../server/history.ts";
import type { Server } from "../server/server.ts";
import { quantiles, time } from "../harness/timing.ts";

type Status = "pending" | "processing" | "completed";

/** Names that the targets look up. */
export const DIAGNOSE = {
  pending: "ops.diagnose, a job that waits",
  processing: "ops.diagnose, a job that runs",
  completed: "ops.diagnose, a job that has completed",
  why: "public.why, a job that waits, by its owner",
};

/** Jobs drawn by chance of a million: 100,000 wait, 50 run, 900,000 have completed. */
export const diagnoseJobs: Measure = {
  name: "diagnose",
  title: "Why a job stands where it stands, 1,000,000 jobs (1 connection)",
  sides: [
    ...(["pending", "processing", "completed"] as const).map((status) => ({
      name: DIAGNOSE[status],
      open: (server: Server) => open(server, status, (sql, job) => diagnose(sql, job.id)),
    })),
    {
      name: DIAGNOSE.why,
      open: (server: Server) =>
        open(server, "pending", (sql, job) => why(sql, job.id), (sql, job) => actAs(sql, job.user_id)),
    },
  ],
};

interface Job {
  id: string;
  user_id: string;
}

async function open(
  server: Server,
  status: Status,
  ask: (sql: Sql, job: Job) => Promise<void>,
  before: (sql: Sql, job: Job) => Promise<void> = () => Promise.resolve(),
): Promise<Contender> {
  const sql = connect(await millionDatabase(server), 1);
  if (!await isThere(sql, "ops.diagnose")) {
    await sql.end();
    throw new NotThere("ops.diagnose");
  }
  return {
    async round(seconds) {
      const times: number[] = [];
      let cpu = 0;
      for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
        const jobs = await someJobs(sql, status, 20);
        const cpuBefore = await cpuOf(sql) ?? NaN;
        for (const job of jobs) {
          await before(sql, job);
          times.push(await time(() => ask(sql, job)));
        }
        cpu += (await cpuOf(sql) ?? NaN) - cpuBefore;
      }
      return { ...quantiles(times), "CPU ms": cpu / times.length };
    },
    close: () => sql.end(),
  };
}
