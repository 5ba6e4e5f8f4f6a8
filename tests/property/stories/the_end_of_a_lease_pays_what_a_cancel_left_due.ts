import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "in a pull lane the refund of a cancel waits for a worker's word or the lease's end, and is paid then",
  steps: [
    a.userCreates("outside"),
    a.outsideClaims(),
    a.userCancels(),
    a.passes(121),
    a.reaperRuns(),
    a.userCreates("outside"),
    a.outsideClaims(),
    a.userCancels(),
    a.outsideCompletes(),
  ],
  without: [{
    function: "private.leave_cancel",
    guard: "greatest(p_attempt.leased_until, p_at)",
    instead: "p_at + interval '1 day'",
  }],
};
