import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "an idempotency key with another body is a conflict; with the same one it answers with the same job",
  steps: [
    a.userCreates("paid", "ana", "k1"),
    a.userCreates("paid", "ana", "k1"),
    a.userCreates("free", "ana", "k1"),
  ],
  without: [{
    function: "private.job_of_key",
    guard: "if v_job.idempotency_hash <> p_hash then",
    instead: "if false then",
  }],
};
