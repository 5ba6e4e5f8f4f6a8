/** Jobs that wait: for another try, a worker, a slot, a time, an account or a lane. */
import { acknowledging, failed, type MakeStage, received, submitted, use } from "./stage.ts";

/** The first two come back in four seconds, the third at once: who receives from fal after that may get one of them. */
export const WAITING: Readonly<Record<string, MakeStage>> = {
  "waiting for its retry": async (before, prompt) => {
    const message = await received(before, "fal", prompt);
    await failed(before, message, "backoff", "4 seconds");
    return { jobId: message.item.job.id, ends: "completed", tasks: 1 };
  },
  "waiting for a busy provider": async (before, prompt) => {
    const message = await received(before, "fal", prompt);
    await failed(before, message, "wait", "4 seconds");
    return { jobId: message.item.job.id, ends: "completed", tasks: 1 };
  },
  "received, its worker died before the submit": async (before, prompt) => {
    const message = await received(before, "fal", prompt);
    await before.call("worker.defer", { ...acknowledging(message), p_delay: "0" });
    return { jobId: message.item.job.id, ends: "completed", tasks: 1 };
  },
  "given a slot, its message unread": async (before, prompt) => {
    await use(before, "fal");
    return { jobId: await before.create("image", { prompt }), ends: "completed", tasks: 1 };
  },
  "running in a lane that is full": async (before, prompt) => {
    const { item } = await submitted(before, "kie", prompt);
    await before.sql`select private.set_capacity(account_id, 1) from private.accounts where lane = 'kie'`;
    return { jobId: item.job.id, ends: "completed", tasks: 1 };
  },
  "waiting for a slot": async (before, prompt) => {
    await use(before, "kie");
    return { jobId: await before.create("image", { prompt }), ends: "completed", tasks: 1 };
  },
  "scheduled": async (before, prompt) => {
    await use(before, "kie");
    const runAt = { p_run_at: new Date(Date.now() + 8_000).toISOString() };
    return { jobId: await before.create("image", { prompt }, runAt), ends: "completed", tasks: 1 };
  },
  "waiting for a paused account": async (before, prompt) => {
    const message = await received(before, "replicate", prompt);
    await failed(before, message, "pause");
    return { jobId: message.item.job.id, ends: "completed", tasks: 1 };
  },
  "waiting in a paused lane": async (before, prompt) => {
    await before.call("ops.pause_lane", { p_lane: "replicate", p_reason: "an upgrade" });
    await use(before, "replicate");
    return { jobId: await before.create("image", { prompt }), ends: "completed", tasks: 1 };
  },
};
