import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "an open circuit postpones the deadline of jobs that have a task; task_life ends such a job all the same",
  steps: [
    a.userCreates("paid"),
    a.workerPasses(),
    a.providerTakes(),
    a.workerNotesTask(),
    a.providerGoesDown(),
    a.passes(2400),
    a.workerSeesDeadline(),
    a.reaperRuns(),
    a.passes(2 * 3600),
    a.reaperRuns(),
  ],
  without: [
    {
      function: "private.may_give_up",
      guard:
        "and not exists (select from private.lanes where lane = p_job.lane and circuit_opened_at is not null)",
      instead: "",
    },
  ],
};
