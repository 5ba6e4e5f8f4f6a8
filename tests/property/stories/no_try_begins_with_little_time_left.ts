import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "no retry begins with less than a third of the time left until expires_at",
  steps: [
    a.userCreates("paid"),
    a.workerCannotPrepare(),
    a.passes(17 * 3600),
    a.tickComes(),
    a.reaperRuns(),
  ],
  without: [{
    function: "private.next_jobs",
    guard: "and w.start_by > v_now",
    instead: "",
  }],
};
