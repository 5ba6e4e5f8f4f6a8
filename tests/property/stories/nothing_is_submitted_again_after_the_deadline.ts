import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "no submit is repeated after the deadline: the job is about to end, and its row with it",
  steps: [
    a.userCreates("same"),
    a.workerPasses(),
    a.passes(8 * 3600),
    a.workerPassesTooLate(),
    a.reaperRuns(),
  ],
  without: [{
    function: "worker.checkpoint",
    guard: "     or (v_attempt.submits > 0 and v_job.deadline_at <= v_now)\n",
    instead: "",
  }],
};
