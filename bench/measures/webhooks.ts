/** More webhooks than can be served: each is taken in the end, and none is answered otherwise than it should be. */
import type { Contender, Figures, Measure } from "../contenders/contender.ts";
import { percentile } from "../harness/stats.ts";
import { busyDuring } from "../realtime/busy.ts";
import { takeRig } from "../realtime/rig.ts";
import { makeTasks, prepare, runningProvider, webhookOf } from "../webhooks/tasks.ts";
import type { Sending, Sent } from "../webhooks/words.ts";

const RATES = [50, 500];
const SECONDS = 10;

/** Names that the targets look up. */
export const WEBHOOKS = (perSecond: number): string => `${perSecond} webhooks/s for ${SECONDS} s`;
export const FAILED = "failed";
export const LOST = "lost";

export const webhooks: Measure = {
  name: "webhooks",
  title: "Webhooks of tasks, a whole local stack beside them, the Data API with 10 connections",
  sides: RATES.map((perSecond) => ({ name: WEBHOOKS(perSecond), open: () => open(perSecond) })),
  seconds: () => SECONDS,
};

async function open(perSecond: number): Promise<Contender> {
  const rig = await takeRig();
  const { sql } = rig.world;
  const [person] = await rig.people(1);
  if (!person) throw new Error("There is nobody.");
  const provider = runningProvider();
  return {
    async round() {
      const [row] = await sql`select count(*)::int as tasks from private.slots where job_id is not null`;
      const count = perSecond * SECONDS;
      await prepare(sql, provider.url, person.id, Number(row?.["tasks"]) + count);
      const tasks = await makeTasks(sql, person.id, count);
      await fetch(webhookOf(rig.url, { job: crypto.randomUUID(), token: crypto.randomUUID() }).url, {
        method: "POST",
      }).then((response) => response.text()); // loads the function
      let sent: Sent = { deliveries: [], sentMs: NaN };
      const busy = await busyDuring(async () => {
        sent = await send({ webhooks: tasks.map((task) => webhookOf(rig.url, task)), perSecond });
      });
      const [stored] = await sql`
        select count(distinct job_id)::int as jobs, count(*)::int as events from private.webhook_events
        where job_id = any(${tasks.map(({ job }) => job)}::uuid[])`;
      const failures = sent.deliveries.flatMap(({ failures }) => failures);
      for (const failure of new Set(failures)) console.error(`  ${failure}`);
      if (stored?.["events"] !== stored?.["jobs"]) throw new Error("A webhook was stored twice.");
      return {
        ...figuresOf(sent),
        [FAILED]: failures.length,
        [LOST]: count - Number(stored?.["jobs"]),
        "busy %": busy,
      };
    },
    async close() {
      await provider.close();
      await rig.release();
    },
  };
}

async function send(order: Sending): Promise<Sent> {
  const worker = new Worker(new URL("../webhooks/sender.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  worker.onmessage = ({ data }: MessageEvent<Sent>) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(order);
  return await promise.finally(() => worker.terminate());
}

function figuresOf({ deliveries, sentMs }: Sent): Figures {
  const taken = deliveries.flatMap(({ tookMs }) => tookMs);
  const refused = deliveries.flatMap(({ refusedMs }) => refusedMs);
  const last = Math.max(...deliveries.filter((one) => one.taken).map(({ takenAt }) => takenAt)) / 1000;
  return {
    "sent/s": 1000 * deliveries.length / sentMs,
    "taken/s": taken.length / last,
    "taken p50 ms": percentile(taken, 0.5),
    "taken p99 ms": percentile(taken, 0.99),
    "refused of deliveries %": 100 * refused.length / (refused.length + taken.length),
    "refused p99 ms": refused.length > 0 ? percentile(refused, 0.99) : 0,
    "all taken after s": last,
  };
}
