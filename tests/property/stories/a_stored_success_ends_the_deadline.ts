import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "a stored success ends the deadline as produced does: from then on only the deadline of copying counts",
  steps: [
    a.userCreates("paid"),
    a.workerPasses(),
    a.providerTakes(),
    a.taskSucceeds(),
    a.webhookComes(),
    a.passes(2400),
    a.workerSeesDeadline(),
    a.reaperRuns(),
    a.workerNotesTask(),
    a.workerSettles(),
    a.workerCompletes(),
  ],
  without: [
    {
      function: "private.show_webhook",
      guard: "case when p_attempt.word = 'succeeded' then null else deadline_at end",
      instead: "deadline_at",
    },
    {
      function: "private.may_give_up",
      guard: "and not private.has_success(p_job.id)",
      instead: "",
    },
  ],
};
