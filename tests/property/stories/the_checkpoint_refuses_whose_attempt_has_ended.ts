import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "the checkpoint refuses a worker whose attempt has ended",
  steps: [a.userCreates("paid"), a.userCancels(), a.workerPassesTooLate()],
  without: [
    {
      function: "worker.checkpoint",
      guard: "v_attempt.outcome is not null or v_job.status <> 'processing'",
      instead: "false",
    },
    {
      function: "private.may_submit",
      guard: "if p_attempt.phase in ('dispatched', 'preparing')",
      instead: "if true",
    },
  ],
};
