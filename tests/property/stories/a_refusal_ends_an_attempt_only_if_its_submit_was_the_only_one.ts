import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "a refusal ends an attempt only if its submit was the only one and no task is known; else it stays in doubt",
  steps: [
    a.userCreates("doubled"),
    a.workerPasses(),
    a.passes(151),
    a.workerFindsNone(),
    a.passes(60),
    a.workerFindsNone(),
    a.workerPasses(),
    a.requestArrivesLate(),
    a.providerRefuses(),
    a.workerNotesRefusal(),
    a.workerFindsTask(),
    a.taskSucceeds(),
    a.webhookComes(),
  ],
  without: [{
    function: "private.verdict_of_failure",
    guard: "p_attempt.submits > 1 or p_attempt.external_id",
    instead: "p_attempt.external_id",
  }],
};
