import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "refunds after a submit are counted; past the limit creates are refused, cancels never are",
  setting: { lane: "once", values: { maxRefunds: 1 } },
  steps: [
    a.userCreates("paid"),
    a.userCancels(),
    a.userCreates("paid"),
    a.workerPasses(),
    a.passes(1801),
    a.workerSeesDeadline(),
    a.userCreates("paid"),
    a.userRetries(),
    a.userCreates("doubled"),
    a.userCancels(),
    a.passes(25 * 3600),
    a.userCreates("paid"),
  ],
  without: [{
    function: "private.check_refund_limit",
    guard: "user_id = p_user_id and is_counted",
    instead: "false",
  }],
};
