/** Jobs whose provider is at work, or has done it, in the lane fal, which has slots for all of them. */
import { eventually } from "@esteira/local-supabase/testing";
import { type MakeStage, named, submitted } from "./stage.ts";

export const AT_A_PROVIDER: Readonly<Record<string, MakeStage>> = {
  "submitted, its webhook comes later": async (before, prompt) => {
    const { item } = await submitted(before, "fal", prompt);
    return { jobId: item.job.id, ends: "completed", tasks: 1 };
  },
  "submitted, its webhook is lost": async (before, prompt) => {
    before.simulators.fal.misbehave({ contains: prompt, fault: { kind: "lost_webhook" } });
    const { item } = await submitted(before, "fal", prompt);
    return { jobId: item.job.id, ends: "completed", tasks: 1 };
  },
  "settling, its webhook has come": async (before, prompt) => {
    const { fal } = before.simulators;
    fal.misbehave({ contains: prompt, fault: { kind: "lost_webhook" } });
    const message = await submitted(before, "fal", prompt);
    await eventually(() => fal.tasks().find(({ texts, outcome }) => texts.includes(prompt) && outcome));
    await before.call("worker.webhook", {
      p_provider: "fal",
      p_dedupe_key: prompt,
      ...named(message),
      p_verified_by: "token",
      p_headers: {},
      p_payload: {},
      p_word: "succeeded",
    });
    // The worker that took it in would have settled it at once: it is gone, and so is its lease.
    await before
      .sql`update pgmq.q_settle_queue set vt = clock_timestamp() where message ->> 'job_id' = ${message.item.job.id}`;
    return { jobId: message.item.job.id, ends: "completed", tasks: 1 };
  },
};
