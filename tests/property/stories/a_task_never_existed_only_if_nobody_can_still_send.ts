import { a, type Story } from "../story.ts";

export const story: Story = {
  because:
    "never_existed is concluded from findTasks only when no submit can still be under way (lease over, grace passed)",
  steps: [
    a.userCreates("doubled"),
    a.workerPasses(),
    a.userCancels(),
    a.outboxFindsNone(),
    a.passes(61),
    a.outboxFindsNone(),
    a.providerTakesUnheard(),
    a.passes(61),
    a.taskSucceeds(),
    a.webhookComes(),
  ],
  without: [{
    function: "private.is_sender_gone",
    guard: "return coalesce(p_submit_until + interval '30 seconds' < p_at, true)",
    instead: "return true",
  }],
};
