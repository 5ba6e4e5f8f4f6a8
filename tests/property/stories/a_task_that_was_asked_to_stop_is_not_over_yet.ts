import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "a cancel that was accepted is not yet a task that is over",
  steps: [
    a.userCreates("paid"),
    a.workerPasses(),
    a.userCancels(),
    a.providerTakes(),
    a.workerNotesTask(),
    a.outboxAsks(false),
    a.taskSucceeds(),
    a.outboxLearns(),
  ],
  without: [{
    function: "worker.cancel_noted",
    guard: "begin\n  update private.cancels c set",
    instead:
      "begin\n  if p_asked then perform worker.task_over(p_token, 'stopped'); end if;\n  update private.cancels c set",
  }],
};
