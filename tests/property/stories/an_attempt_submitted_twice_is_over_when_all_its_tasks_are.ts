import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "an attempt submitted more than once keeps its slot, and has no successor, until all that it may have made is over",
  steps: [
    a.userCreates("doubled"),
    a.workerPasses(),
    a.passes(151),
    a.workerFindsNone(),
    a.passes(60),
    a.workerFindsNone(),
    a.workerPasses(),
    a.requestArrivesLate(),
    a.providerTakes(),
    a.workerNotesTask(),
    a.taskFails(1),
    a.webhookComes(),
    a.workerSettles(),
    a.taskSucceeds(),
    a.webhookComes(),
    a.workerSettles(),
    a.workerCompletes(),
  ],
  without: [{ function: "private.may_be_several", guard: "p_submits > 1", instead: "p_submits > 100" }],
};
