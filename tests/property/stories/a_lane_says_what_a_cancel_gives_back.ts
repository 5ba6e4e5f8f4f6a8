import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "cancel_refund never: a cancel after the submit gives nothing back, and one before it all",
  setting: { lane: "once", values: { cancelRefund: "never" } },
  steps: [a.userCreates("paid"), a.userCancels(), a.userCreates("paid"), a.workerPasses(), a.userCancels()],
  without: [{
    function: "public.cancel_job",
    guard: "private.end_for_cancel(v_job, v_attempt, v_now)",
    instead: "private.pay_back(v_job, false)",
  }],
};
