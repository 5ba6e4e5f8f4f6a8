import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "idempotent providers are submitted to again when the lease is over; a refusal then speaks of one submit alone",
  steps: [
    a.userCreates("same"),
    a.workerPasses(),
    a.workerPassesTooLate(),
    a.passes(121),
    a.workerPasses(),
    a.requestArrivesLate(),
    a.providerRefuses(),
    a.workerNotesRefusal(),
    a.workerGivesUpDoubt(),
  ],
  without: [{
    function: "private.may_submit",
    guard: "or p_attempt.submit_until >= p_at then",
    instead: "then",
  }],
};
