import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "the outbox goes on with the task of a user who left, and knows no more whose it was; the ledger neither",
  steps: [a.userCreates("paid"), a.workerPasses(), a.userLeaves()],
  without: [{
    function: "private.let_go",
    guard: "  perform private.forget_cancels_of(p_user_id, v_leaver.tombstone_id);\n",
    instead: "",
  }],
};
