import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "pull lanes: only the refund of a cancel waits for a worker's word or the lease's end; a deadline pays at once",
  steps: [
    a.userCreates("outside"),
    a.outsideClaims(),
    a.passes(2400),
    a.outsideBeats(),
    a.reaperRuns(),
    a.outsideCompletes(),
  ],
  without: [{ function: "private.fail_job", guard: "refund = v_paid.refund,", instead: "refund = 'due'," }],
};
