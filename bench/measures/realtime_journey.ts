/**
 * From a click to the provider, and from its webhook to a screen: to the first that it hears of it, and until it shows the
 * job as completed, its file stored.
 */
import { eventually } from "@esteira/local-supabase/testing";
import type { TaskView } from "@esteira/simulators/kit/task_view";
import type { Contender, Figures, Measure } from "../contenders/contender.ts";
import { percentile } from "../harness/stats.ts";
import { pause } from "../harness/timing.ts";
import { busyDuring } from "../realtime/busy.ts";
import { openClients } from "../realtime/clients.ts";
import { takeUnhindered } from "../realtime/unhindered.ts";
import { type Learned, now, type Who } from "../realtime/words.ts";

/** Jobs a second; 0: the next one when the last one is shown as completed. */
const RATES = [0, 20, 40];
/** At least so many jobs in a round. */
const LEAST = 10;
const PATIENCE = 20_000;
/** Where the tool `image` runs. */
const LANE = "kie";
const SLOTS = 200;

/** Names that the targets look up. */
export const JOURNEY = (who: Who, rate: number): string =>
  `${who === "alone" ? "supabase-js alone" : "@esteira/client"}, ${
    rate === 0 ? "one at a time" : `${rate} jobs/s`
  }`;
export const SUBMITTED = "submitted p50 ms";
export const HEARD = "heard p50 ms";
export const SHOWN = "shown p50 ms";
export const SUBMITTED_LATEST = "submitted p99 ms";
export const HEARD_LATEST = "heard p99 ms";
export const SHOWN_LATEST = "shown p99 ms";

/** The tool `image` at a simulator that takes no time: what is measured is ours and the stack's. */
export const realtimeJourney: Measure = {
  name: "realtime_journey",
  title:
    "Click → the provider has it (submitted); its webhook → the screen (heard), completed there with its file stored (shown)",
  sides: RATES.flatMap((rate) =>
    (["alone", "ours"] as const).map((who) => ({ name: JOURNEY(who, rate), open: () => open(who, rate) }))
  ),
};

async function open(who: Who, rate: number): Promise<Contender> {
  const { rig, person } = await takeUnhindered(LANE, SLOTS);
  const { environment } = rig.world;
  let run = 0;
  return {
    async round(seconds) {
      const clients = await openClients(who, { url: rig.url, key: rig.key, people: [person] });
      const clicks = new Map<string, number>();
      const heard = new Map<string, number>();
      const shown = new Map<string, number>();
      /** Jobs that do not count. */
      const past = new Set<string>();
      const hear = async () => {
        for (const { id, isAnswered, isCompleted, at } of await clients.learned() as Learned[]) {
          if (past.has(id)) continue;
          if (isAnswered && !heard.has(id)) heard.set(id, at);
          if (isCompleted && !shown.has(id)) shown.set(id, at);
        }
      };
      const forget = () => {
        for (const id of shown.keys()) past.add(id);
        heard.clear();
        shown.clear();
        clicks.clear();
      };
      const click = () => {
        const prompt = `journey ${++run} ${crypto.randomUUID()}`;
        clicks.set(prompt, now());
        clients.create(prompt);
      };
      const all = () =>
        eventually(async () => (await hear(), shown.size >= clicks.size ? true : undefined), {
          timeoutMs: PATIENCE,
          what: `${clicks.size} jobs to be shown as completed, beyond ${shown.size}`,
        });
      try {
        await hear();
        forget();
        click(); // does not count: it loads what the first call loads
        await all();
        forget();
        const busy = await busyDuring(async () => {
          const begun = performance.now();
          for (let n = 0; n < LEAST || performance.now() < begun + seconds * 1000; n++) {
            if (rate > 0) await pause(Math.max(0, begun + n * 1000 / rate - performance.now()));
            click();
            if (rate === 0) await all();
          }
          await all();
        });
        return { ...figuresOf(environment.kie.tasks(), clicks, heard, shown), "busy %": busy };
      } finally {
        await clients.close();
      }
    },
    close: () => rig.release(),
  };
}

/** Click → submit by the prompts that tasks carry; webhook → heard and shown by the job that their webhooks name. */
function figuresOf(
  tasks: readonly TaskView[],
  clicks: ReadonlyMap<string, number>,
  heard: ReadonlyMap<string, number>,
  shown: ReadonlyMap<string, number>,
): Figures {
  const submitted: number[] = [];
  const first: number[] = [];
  const last: number[] = [];
  for (const { texts, createdAt, webhookUrl, webhooks } of tasks) {
    const prompt = texts.find((text) => clicks.has(text));
    if (prompt === undefined) continue;
    submitted.push(Math.max(0, createdAt.getTime() - Math.floor(clicks.get(prompt) ?? NaN)));
    const [id, at] = [...shown].find(([id]) => webhookUrl?.includes(id)) ?? [];
    const sent = webhooks.at(-1)?.attempts[0]?.at.getTime();
    if (id === undefined || at === undefined || sent === undefined) continue;
    first.push((heard.get(id) ?? at) - sent);
    last.push(at - sent);
  }
  return {
    [SUBMITTED]: percentile(submitted, 0.5),
    [SUBMITTED_LATEST]: percentile(submitted, 0.99),
    [HEARD]: percentile(first, 0.5),
    [HEARD_LATEST]: percentile(first, 0.99),
    [SHOWN]: percentile(last, 0.5),
    [SHOWN_LATEST]: percentile(last, 0.99),
    jobs: last.length,
  };
}
