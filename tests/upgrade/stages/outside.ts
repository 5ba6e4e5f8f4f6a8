/** Jobs of a pull lane. The tool `outside` is one that an operator has added. */
import type { Before } from "../before.ts";
import type { MakeStage } from "./stage.ts";

export const OUTSIDE: Readonly<Record<string, MakeStage>> = {
  "leased by a worker outside": async (before) => {
    const claim = await claimed(before);
    return { jobId: claim.jobId, ends: "completed", tasks: 0, claim };
  },
  "leased by a worker outside who is gone": async (before) => {
    const { jobId, token } = await claimed(before);
    await before
      .sql`update public.job_attempts set leased_until = now() - interval '1 minute' where token = ${token}`;
    return { jobId, ends: "completed", tasks: 0 };
  },
  "waiting for a worker outside": async (before) => {
    return { jobId: await before.create("outside", {}), ends: "completed", tasks: 0 };
  },
};

async function claimed(before: Before): Promise<{ jobId: string; token: string }> {
  await before.create("outside", {});
  const [item] = await before.call("worker.claim", { p_lane: "external", p_worker: "outsider", p_qty: 1 });
  const { job, attempt } = item as { job: { id: string }; attempt: { token: string } };
  return { jobId: job.id, token: attempt.token };
}
