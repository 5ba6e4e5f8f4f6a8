import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "after produced there is no deadline and no retry, only copying",
  steps: [
    a.userCreates("paid"),
    a.workerPasses(),
    a.providerTakes(),
    a.workerNotesTask(),
    a.taskSucceeds(),
    a.workerSettles(),
    a.passes(2400),
    a.workerSeesDeadline(),
    a.reaperRuns(),
    a.workerCompletes(),
  ],
  without: [
    { function: "private.show_produced", guard: "deadline_at = null, ", instead: "" },
    {
      function: "private.may_give_up",
      guard: "and p_attempt.phase <> 'produced' and not private.has_success(p_job.id)",
      instead: "",
    },
  ],
};
