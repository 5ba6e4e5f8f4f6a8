/** Jobs whose attempt, or all of them, has ended; in the lane fal, if nothing else is said. */
import postgres from "postgres";
import type { Message } from "../../../supabase/functions/_shared/engine/work_item.ts";
import type { Before } from "../before.ts";
import { completed, failed, type MakeStage, received, submitted } from "./stage.ts";

export const ENDED: Readonly<Record<string, MakeStage>> = {
  "cancelled before it was submitted": async (before, prompt) => {
    // In a lane of its own: its message is still there, and would be the next one that is received.
    const jobId = await cancelled(before, await received(before, "openai", prompt));
    await before.sql`update pgmq.q_openai_queue set vt = clock_timestamp()`;
    return { jobId, ends: "cancelled", tasks: 0, hasEnded: true };
  },
  "cancelled while it ran, and its task succeeds": async (before, prompt) => {
    const jobId = await cancelled(before, await submitted(before, "fal", prompt));
    return { jobId, ends: "cancelled", tasks: 1, isWithheld: true };
  },
  "cancelled while it ran, and its task fails": async (before, prompt) => {
    before.simulators.fal.misbehave({ contains: prompt, fault: { kind: "fail" } });
    const jobId = await cancelled(before, await submitted(before, "fal", prompt));
    return { jobId, ends: "cancelled", tasks: 1 };
  },
  "completed": async (before, prompt) => {
    const message = await submitted(before, "fal", prompt);
    await completed(before, message);
    return { jobId: message.item.job.id, ends: "completed", tasks: 1, hasEnded: true };
  },
  "failed, a dead letter": async (before, prompt) => {
    const message = await received(before, "fal", prompt);
    await failed(before, message, "never");
    return { jobId: message.item.job.id, ends: "failed", tasks: 0, hasEnded: true };
  },
  "completed, its effect on a project pending": async (before, prompt) => {
    const projectId = crypto.randomUUID();
    const content = { nodes: [{ id: "node", data: {} }] };
    await before.sql`insert into public.projects (id, user_id, content)
      values (${projectId}, ${before.userId}, ${before.sql.json(content)})`;
    const message = await submitted(before, "fal", prompt, { p_metadata: { projectId, nodeId: "node" } });
    await completeWhileLocked(before, message, projectId);
    return { jobId: message.item.job.id, ends: "completed", tasks: 1, hasEnded: true };
  },
};

/** Cancels a job as its user; returns its id. */
async function cancelled({ call, userId }: Before, { item }: Message): Promise<string> {
  await call("public.cancel_job", { p_job_id: item.job.id, p_user_id: userId });
  return item.job.id;
}

/** Completes a job while somebody else holds its project, and waits for nobody: the effect is left for later. */
async function completeWhileLocked(before: Before, message: Message, projectId: string): Promise<void> {
  const { job, attempt } = message.item;
  const holder = postgres(before.cluster.url(), { max: 1, onnotice: () => {} });
  try {
    await holder.begin(async (held) => {
      await held`select from public.projects where id = ${projectId} for update`;
      await before.sql.begin(async (tx) => {
        await tx`select set_config('esteira.effect', 'holds', true)`;
        await tx`select worker.complete(${job.id}, ${attempt.token}, '{"files": [], "data": {"note": "stored"}}')`;
      });
    });
  } finally {
    await holder.end();
  }
}
