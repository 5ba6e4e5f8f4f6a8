import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "account removed: no new starts, unsubmitted attempts wait again, others run to their end; jobs stay",
  steps: [a.userCreates("paid"), a.operatorRemoves(), a.passes(60), a.reaperRuns()],
  without: [{
    function: "ops.remove_account",
    guard: "perform private.wait_again(v_found.job, v_found.attempt, 'Its account was removed', v_now);",
    instead: "null;",
  }],
};
