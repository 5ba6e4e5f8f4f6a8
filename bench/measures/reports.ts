/** What hands of one worker report at the same moment, through the Data API: each in a call of its own, or together. */
import { createClient } from "@supabase/supabase-js";
import type { Contender, Figures, Measure } from "../contenders/contender.ts";
import { takeRig } from "../realtime/rig.ts";
import { serverCpu } from "../server/cpu.ts";
import { type Send, Together } from "../../supabase/functions/_shared/engine/together.ts";

const HANDS = [1, 8, 40];
/** Jobs that are claimed before the clock runs. */
const BATCH = 200;

/** Names that the targets look up. */
export const REPORTS = (together: boolean, hands: number): string =>
  `${together ? "together" : "alone"}, ${hands} ${hands === 1 ? "hand" : "hands"}`;

/** `worker.complete` by supabase-js over the local REST server; jobs of a pull lane, claimed beforehand. */
export const reports: Measure = {
  name: "reports",
  title: "A worker's hands report results over the Data API, alone and together",
  sides: HANDS.flatMap((hands) =>
    [false, true].map((together) => ({ name: REPORTS(together, hands), open: () => open(together, hands) }))
  ),
};

async function open(isTogether: boolean, hands: number): Promise<Contender> {
  const rig = await takeRig();
  const { sql, environment: { deployment } } = rig.world;
  const [person] = await rig.people(1);
  if (!person) throw new Error("There is nobody.");
  await sql`select ops.grant_credits(${person.id}, 10000000)`;
  await sql`select ops.set_limit(p_limit => limit_name, p_maximum => null) from private.limits`;
  await sql`select private.set_capacity(p_account_id => account_id, p_capacity => ${BATCH}) from private.accounts
    where lane = ${person.lane}`;
  const worker = createClient(deployment.apiUrl, deployment.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  }).schema("worker") as unknown as { rpc: Send };
  const send: Send = (name, args) => worker.rpc(name, args);

  async function claimed(): Promise<{ p_job_id: string; p_token: string }[]> {
    const jobs = Array.from({ length: BATCH }, () => ({ tool: person?.lane, input: {} }));
    await sql`select count(*) from public.create_jobs(${person?.id ?? ""}::uuid, ${sql.json(jobs)})`;
    const works: { p_job_id: string; p_token: string }[] = [];
    while (works.length < BATCH) {
      const rows = await sql<{ id: string; token: string }[]>`
        select item #>> '{job,id}' as id, item #>> '{attempt,token}' as token
        from worker.claim(${person?.lane ?? ""}, 'bench', 50) item`;
      if (rows.length === 0) throw new Error("There is nothing to claim.");
      works.push(...rows.map(({ id, token }) => ({ p_job_id: id, p_token: token })));
    }
    return works;
  }
  const commits = async () => {
    const [row] = await sql<{ count: number }[]>`select xact_commit::integer as count from pg_stat_database
      where datname = current_database()`;
    return row?.count ?? 0;
  };
  return {
    async round(seconds) {
      const sum = { jobs: 0, ms: 0, commits: 0, cpu: 0 };
      while (sum.ms < seconds * 1000) {
        const works = await claimed();
        const together = new Together(send);
        const report = isTogether ? together.call.bind(together) : send;
        const [commitsBefore, cpuBefore] = [await commits(), await serverCpu(sql)];
        const begun = performance.now();
        await Promise.all(Array.from({ length: hands }, async () => {
          for (let work = works.pop(); work; work = works.pop()) {
            const { data, error } = await report("complete", {
              ...work,
              p_output: { files: [], data: { n: 1 } },
              p_raw: { code: 0 },
            });
            if (data !== "completed") throw new Error(`${JSON.stringify(data)} ${error?.message}`);
          }
        }));
        sum.ms += performance.now() - begun;
        sum.jobs += BATCH;
        sum.cpu += (await serverCpu(sql) ?? NaN) - (cpuBefore ?? NaN);
        sum.commits += await commits() - commitsBefore;
      }
      return figuresOf(sum);
    },
    close: () => rig.release(),
  };
}

function figuresOf(sum: { jobs: number; ms: number; commits: number; cpu: number }): Figures {
  return {
    "reports/s": 1000 * sum.jobs / sum.ms,
    "commits a report": sum.commits / sum.jobs,
    "PostgreSQL's CPU ms a report": sum.cpu / sum.jobs,
  };
}
