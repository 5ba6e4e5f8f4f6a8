/** Jobs whose attempt, or all of them, has ended, in the lane fal. */
import postgres from "postgres";
import type { Message } from "../../../supabase/functions/_shared/engine/work_item.ts";
import type { Before } from "../before.ts";
import { completed, failed, type MakeStage, received, submitted } from "./stage.ts";

export const ENDED: Readonly<Record<string, MakeStage>> = {
  "cancelled while it ran": async (before, prompt) => {
    const { item } = await submitted(before, "fal", prompt);
    await before.call("public.cancel_job", { p_job_id: item.job.id, p_user_id: before.userId });
    // Nobody looks after it before the upgrade: by then its task has gone on to its end.
    return { jobId: item.job.id, ends: "cancelled", tasks: 1, hasEnded: true, isWithheld: true };
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
