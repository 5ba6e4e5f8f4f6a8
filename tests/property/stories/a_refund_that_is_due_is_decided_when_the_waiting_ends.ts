import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "task_over(unknown) settles a refund that is due: withheld when a task is known, paid when none ever was",
  steps: [
    a.userCreates("paid"),
    a.workerPasses(),
    a.userCancels(),
    a.passes(2 * 3600 + 1),
    a.reaperRuns(),
    a.userCreates("paid"),
    a.workerPasses(),
    a.providerTakes(),
    a.workerNotesTask(),
    a.userCancels(),
    a.passes(2 * 3600 + 1),
    a.reaperRuns(),
  ],
  without: [{
    function: "private.settle_refund",
    guard: "if p_job.refund <> 'due' then return; end if;",
    instead: "if p_job.refund <> 'due' or p_how = 'unknown' then return; end if;",
  }],
};
