import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "expires_at ends dispatched attempts too: nothing else bounds them",
  steps: [a.userCreates("paid"), a.passes(25 * 3600), a.reaperRuns()],
  without: [{
    function: "private.end_expired_jobs",
    guard: "where j.status in ('pending', 'processing') and",
    instead: "where j.status = 'pending' and",
  }],
};
