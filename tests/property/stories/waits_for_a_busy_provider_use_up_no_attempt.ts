import { a, type Story } from "../story.ts";

const isBusy = [
  a.workerPasses(),
  a.providerRefuses(),
  a.workerNotesRefusal("wait"),
  a.passes(10),
  a.reaperRuns(),
];

export const story: Story = {
  because:
    "each dispatch has its own token; attempt counts only tries that may have had a task, so waits make none",
  steps: [a.userCreates("paid"), ...isBusy, ...isBusy, ...isBusy, a.workerPasses()],
  without: [{
    function: "private.requeue_job",
    guard: "attempt = attempt - p_gives_back::integer,",
    instead: "",
  }],
};
