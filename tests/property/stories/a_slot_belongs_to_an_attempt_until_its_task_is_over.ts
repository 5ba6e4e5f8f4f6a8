import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "a slot belongs to an attempt until its task is over",
  steps: [
    a.userCreates("paid"),
    a.userCreates("paid", "bo"),
    a.workerPasses(),
    a.userCancels(),
    a.providerTakes(),
    a.workerNotesTask(),
    a.outboxAsks(),
    a.workerPasses(),
  ],
  without: [{
    function: "private.end_attempt",
    guard: "  else perform private.free_slot(p_attempt.slot_id, p_attempt.token);\n  end if;",
    instead: "  end if;\n  perform private.free_slot(p_attempt.slot_id, p_attempt.token);",
  }],
};
