import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "every submit, repetitions too, passes the checkpoint, which counts it",
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
  ],
  without: [{
    function: "worker.checkpoint",
    guard: "submits = submits + 1",
    instead: "submits = greatest(submits, 1)",
  }],
};
