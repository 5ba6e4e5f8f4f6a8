import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "a refund that was paid is not paid again by task_over",
  steps: [
    a.userCreates("paid"),
    a.workerPasses(),
    a.passes(1801),
    a.workerSeesDeadline(),
    a.passes(2 * 3600),
    a.reaperRuns(),
  ],
  without: [
    {
      function: "private.settle_refund",
      guard: "if p_job.refund <> 'due' then return; end if;",
      instead: "if p_job.refund = 'none' then return; end if;",
    },
    {
      function: "private.refund",
      guard:
        "and not exists (select from public.credit_entries r where r.job_id = p_job_id and r.kind = 'refund')",
      instead: "",
    },
  ],
};
