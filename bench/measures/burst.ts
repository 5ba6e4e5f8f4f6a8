/** A burst at a slow provider: how soon all of it is submitted. */
import { eventually } from "@esteira/local-supabase/testing";
import type { Contender, Figures, Measure } from "../contenders/contender.ts";
import { busyDuring } from "../realtime/busy.ts";
import { takeUnhindered } from "../realtime/unhindered.ts";
import { cpuOfAll } from "../server/cpu.ts";

const JOBS = 200;
const SLOTS = 50;
/** The provider answers a submit after so long; its task begins then, and takes TASK_MS. */
const ACCEPT_MS = 2_000;
const TASK_MS = 50;
/** Every slot is filled again the moment that its task ends. */
const IDEAL_MS = JOBS / SLOTS * (ACCEPT_MS + TASK_MS);
const LANE = "kie";
const PATIENCE = 60_000;

/** Names that the targets look up. */
export const BURST = `Esteira, ${JOBS} jobs, ${SLOTS} slots, ${ACCEPT_MS / 1000} s to accept`;
export const TIMES_IDEAL = "× ideal";

/** Jobs of the tool `image`, created in one call; each slot is freed by the webhook of its task. */
export const burst: Measure = {
  name: "burst",
  title: `${JOBS} jobs at once, ${SLOTS} slots, a provider that takes ${
    ACCEPT_MS / 1000
  } s to accept each: until the last is submitted`,
  sides: [{ name: BURST, open }],
};

async function open(): Promise<Contender> {
  const { rig, person } = await takeUnhindered(LANE, SLOTS);
  const { sql, environment: { kie } } = rig.world;
  const completed = async () => {
    const [row] = await sql<{ left: number }[]>`select count(*)::integer as left from public.jobs
      where user_id = ${person.id} and status <> 'completed'`;
    return row?.left === 0 || undefined;
  };
  const create = async (prompts: string[]) => {
    const jobs = prompts.map((prompt) => ({ tool: "image", input: { prompt } }));
    await sql`select count(*) from public.create_jobs(${person.id}, ${sql.json(jobs)})`;
  };
  const allAreCompleted = () =>
    eventually(completed, { timeoutMs: PATIENCE, what: "all jobs to be completed" });
  await create(["the functions are loaded"]);
  await allAreCompleted();
  let run = 0;
  return {
    async round() {
      const name = `burst ${++run} ${crypto.randomUUID()}`;
      const tasks = () => kie.tasks().filter(({ texts }) => texts.some((text) => text.includes(name)));
      kie.misbehave({
        contains: name,
        fault: { kind: "late_answer", ms: ACCEPT_MS, times: JOBS, taken: "late" },
      });
      let [begun, cpu] = [0, -await cpuOfAll()];
      const busy = await busyDuring(async () => {
        begun = performance.timeOrigin + performance.now();
        await create(Array.from({ length: JOBS }, (_, n) => `${name} ${n}`));
        await eventually(() => Promise.resolve(tasks().length >= JOBS || undefined), {
          timeoutMs: PATIENCE,
          what: `${JOBS} tasks, beyond ${tasks().length}`,
        });
      });
      cpu += await cpuOfAll();
      const last = Math.max(...tasks().map(({ createdAt }) => createdAt.getTime()));
      await allAreCompleted();
      kie.behave();
      return { ...figuresOf(last - begun), "CPU s": cpu, "busy %": busy };
    },
    close: () => rig.release(),
  };
}

function figuresOf(ms: number): Figures {
  return {
    "submitted s": ms / 1000,
    "ideal s": IDEAL_MS / 1000,
    [TIMES_IDEAL]: ms / IDEAL_MS,
  };
}
