/** From a row that is committed to the callback of whoever watches it. */
import type { Contender, Measure } from "../contenders/contender.ts";
import { pause, quantiles } from "../harness/timing.ts";
import { busyDuring } from "../realtime/busy.ts";
import { type Clients, openClients } from "../realtime/clients.ts";
import { type Member, type Rig, takeRig } from "../realtime/rig.ts";
import { now, type Who } from "../realtime/words.ts";

/** Changes a second, all people together. */
export const RATES = [1, 50, 200];
export const CLIENTS = [1, 200];
/** At least so many changes in a round, however few a second. */
const LEAST = 10;
/** What has not come by then does not come, in milliseconds. */
const PATIENCE = 3_000;

/** Names that the targets look up. */
export const REALTIME = (who: Who, clients: number, rate: number): string =>
  `${who === "alone" ? "supabase-js alone" : "@esteira/client"}, ${clients} ${
    clients === 1 ? "client" : "clients"
  }, ${rate}/s`;

/** Each client is of a user of its own and has one job, whose row is updated; all clients are in one thread. */
export const realtime: Measure = {
  name: "realtime",
  title: "A row is committed → the callback of a client, the whole local stack beside it",
  sides: CLIENTS.flatMap((clients) =>
    RATES.flatMap((rate) =>
      (["alone", "ours"] as const).map((who) => ({
        name: REALTIME(who, clients, rate),
        open: () => open(who, clients, rate),
      }))
    )
  ),
};

async function open(who: Who, count: number, rate: number): Promise<Contender> {
  const rig = await takeRig();
  const people = await rig.people(count);
  const jobs = await createJobs(rig, people);
  return {
    async round(seconds) {
      const clients = await openClients(who, { url: rig.url, key: rig.key, people });
      try {
        await clients.learned(); // what was there before
        const committed = new Map<string, number>();
        const busy = await busyDuring(() => change(rig, jobs, rate, seconds, committed));
        const late = await latenesses(clients, committed);
        return { ...quantiles(late), "told %": 100 * late.length / committed.size, "busy %": busy };
      } finally {
        await clients.close();
      }
    },
    close: () => rig.release(),
  };
}

/** One job that is worked on for each of the people. */
async function createJobs({ world: { sql } }: Rig, people: readonly Member[]): Promise<string[]> {
  const ids: string[] = [];
  for (const { id, lane } of people) {
    const [open] =
      await sql`select id from public.jobs where user_id = ${id} and status = 'processing' limit 1`;
    const [job] = open ? [open] : await sql`
      select id from public.create_job(p_user_id => ${id}::uuid, p_tool => ${lane}, p_input => '{}',
        p_caller_drains => true)`;
    ids.push(String(job?.["id"]));
  }
  return ids;
}

/** Commits changes at the rate, whether or not the last one has been answered. Notes when each was, by `id version`. */
async function change(
  { world: { sql } }: Rig,
  jobs: readonly string[],
  rate: number,
  seconds: number,
  committed: Map<string, number>,
): Promise<void> {
  const count = Math.max(LEAST, Math.round(rate * seconds));
  const startedAt = performance.now();
  const commits: Promise<void>[] = [];
  for (let n = 0; n < count; n++) {
    const due = startedAt + n * 1000 / rate - performance.now();
    if (due > 0) await pause(due);
    const id = jobs[n % jobs.length] ?? "";
    commits.push((async () => {
      const [row] = await sql`
        update public.jobs set progress = 1 + (coalesce(progress, 0) + 1) % 99 where id = ${id} returning version`;
      committed.set(`${id} ${row?.["version"]}`, now());
    })());
  }
  await Promise.all(commits);
}

/** How late each change was told, in milliseconds after the answer to its commit; what was told before that is 0 late. */
async function latenesses(clients: Clients, committed: ReadonlyMap<string, number>): Promise<number[]> {
  const late = new Map<string, number>();
  const end = performance.now() + PATIENCE;
  while (late.size < committed.size && performance.now() < end) {
    for (const { id, version, at } of await clients.learned()) {
      const name = `${id} ${version}`;
      const since = committed.get(name);
      if (since !== undefined && !late.has(name)) late.set(name, Math.max(0, at - since));
    }
    if (late.size < committed.size) await pause(20);
  }
  return [...late.values()];
}
