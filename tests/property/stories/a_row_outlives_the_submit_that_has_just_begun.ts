import { a, type Story } from "../story.ts";

const down = { move: "goesDown", params: { lane: "same", times: 3 } };

export const story: Story = {
  because: "task_life does not end the waiting for a task while a submit of it may still be under way",
  steps: [
    a.userCreates("same"),
    a.workerPasses(),
    a.passes(600),
    down,
    a.passes(1000),
    { move: "comesUp", params: { lane: "same" } },
    down,
    a.passes(1000),
    { move: "comesUp", params: { lane: "same" } },
    down,
    a.passes(2400),
    { move: "comesUp", params: { lane: "same" } },
    down,
    a.passes(2400),
    { move: "comesUp", params: { lane: "same" } },
    a.workerPasses(),
    a.passes(60),
    a.reaperRuns(),
    a.providerTakes(),
    a.workerNotesTask(),
  ],
  without: [{
    function: "private.leave_cancel",
    guard: "greatest(least(p_attempt.submit_until, p_at + l.lease) + interval '30 seconds',",
    instead: "greatest(p_at - interval '1 year',",
  }],
};
