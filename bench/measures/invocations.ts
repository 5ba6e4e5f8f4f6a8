/** What a request costs the function that answers it: CPU of its process, the work that goes on after the answer included. */
import { eventually } from "@esteira/local-supabase/testing";
import type { Contender, Measure } from "../contenders/contender.ts";
import { createJob } from "../contenders/esteira.ts";
import { quantiles, time } from "../harness/timing.ts";
import { type Member, type Rig, takeRig } from "../realtime/rig.ts";
import { makeTasks, prepare, runningProvider, webhookOf } from "../webhooks/tasks.ts";

const WARM_UP = 5;
/** So that a tick of the kernel's clock, 10 ms, is little beside all of them. */
const LEAST = 40;
/** Hertz of the kernel's ticks, the same on every Linux that we know. */
const TICKS = 100;
const PATIENCE_MS = 30_000;

/** Who asks. */
type Asking = { rig: Rig; member: Member; secretKey: string };
type Ask = (
  asking: Asking,
) =>
  | { path: string; body?: unknown; apikey?: string }
  | Promise<{ path: string; body?: unknown; apikey?: string }>;

/** A job of who asks. */
async function jobOf({ rig: { world: { sql } }, member: { id, lane } }: Asking): Promise<string> {
  const [found] = await sql`select id from public.jobs where user_id = ${id} limit 1`;
  return String(found?.["id"] ?? await createJob(sql, id, lane));
}

/** The main requests of each function but `events`, whose streams have a program of their own; names that the targets look up. */
const ASKS: Readonly<Record<string, Ask>> = {
  "GET /health": () => ({ path: "health" }),
  "POST /jobs": ({ member }) => ({ path: "jobs", body: { tool: member.lane, input: {} } }),
  "GET /jobs": () => ({ path: "jobs" }),
  "GET /jobs/{id}": async (asking) => ({ path: `jobs/${await jobOf(asking)}` }),
  "GET /jobs/tools": () => ({ path: "jobs/tools" }),
  "GET /models": () => ({ path: "models" }),
  "GET /connections": () => ({ path: "connections" }),
  "GET /publications": () => ({ path: "publications" }),
  "POST /workers-api/claim": ({ member, secretKey }) => ({
    path: "workers-api/claim",
    body: { lane: member.lane, worker: "bench", quantity: 1 },
    apikey: secretKey,
  }),
  "POST /worker, nothing to do": ({ secretKey }) => ({
    path: "worker",
    body: { lane: "kie" },
    apikey: secretKey,
  }),
};
export const A_WEBHOOK = "POST /runninghub-webhook, and the provider is asked";
export const INVOCATIONS = [...Object.keys(ASKS), A_WEBHOOK];

export const invocations: Measure = {
  name: "invocations",
  title: "CPU of the functions' process for a request, until nothing of it goes on",
  sides: [
    ...Object.entries(ASKS).map(([name, ask]) => ({ name, open: () => open(ask) })),
    { name: A_WEBHOOK, open: openWebhooks },
  ],
};

async function open(ask: Ask): Promise<Contender> {
  const rig = await takeRig();
  const [member] = await rig.people(1);
  const { secretKey } = rig.world.environment.deployment;
  if (!member) throw new Error("There is nobody.");
  const call = async () => {
    const { path, body, apikey = rig.key } = await ask({ rig, member, secretKey });
    const response = await fetch(`${rig.url}/functions/v1/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { apikey, ...apikey === rig.key ? { authorization: `Bearer ${member.token}` } : {} },
      ...body === undefined ? {} : { body: JSON.stringify(body) },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 200)}`);
  };
  return { round: (seconds) => measure(rig, seconds, call), close: () => rig.release() };
}

async function openWebhooks(): Promise<Contender> {
  const rig = await takeRig();
  const [member] = await rig.people(1);
  if (!member) throw new Error("There is nobody.");
  const { sql } = rig.world;
  const provider = runningProvider();
  return {
    async round(seconds) {
      const most = WARM_UP + 20 * LEAST;
      const [row] = await sql`select count(*)::int as held from private.slots where job_id is not null`;
      await prepare(sql, provider.url, member.id, Number(row?.["held"]) + most);
      const tasks = (await makeTasks(sql, member.id, most)).values();
      return await measure(rig, seconds, async () => {
        const { value: task } = tasks.next();
        if (!task) throw new Error("There are no more tasks.");
        const { url, body } = webhookOf(rig.url, task);
        const response = await fetch(url, { method: "POST", body });
        await response.text();
        if (response.status !== 200) throw new Error(`${response.status}`);
      });
    },
    async close() {
      await provider.close();
      await rig.release();
    },
  };
}

/** Calls one after the other; the first few, which load and compile, do not count. */
async function measure(rig: Rig, seconds: number, call: () => Promise<void>) {
  for (let n = 0; n < WARM_UP; n++) await call();
  await rest(rig);
  const before = await cpuMs();
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (times.length < LEAST || (performance.now() < end && times.length < 20 * LEAST)) {
    times.push(await time(call));
  }
  await rest(rig);
  return { "CPU ms": (await cpuMs() - before) / times.length, ...quantiles(times) };
}

/** Waits until nothing goes on in the functions' process. */
async function rest(rig: Rig): Promise<void> {
  await eventually(
    async () => (await rig.world.environment.deployment.usage?.())?.pending === 0 || undefined,
    {
      timeoutMs: PATIENCE_MS,
      what: "the functions to rest",
    },
  );
}

/** CPU that the functions' process has had, in milliseconds. */
async function cpuMs(): Promise<number> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const [stat, words] = await Promise.all([
      Deno.readTextFile(`/proc/${name}/stat`).catch(() => ""),
      Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => ""),
    ]);
    // What follows the program's name, which may have spaces in it: state, parent, …, user and system time.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(fields[1]) !== Deno.pid || !words.includes("local-supabase/functions/runtime.ts")) continue;
    return (Number(fields[11]) + Number(fields[12])) * 1000 / TICKS;
  }
  throw new Error("There is no process of the functions.");
}
