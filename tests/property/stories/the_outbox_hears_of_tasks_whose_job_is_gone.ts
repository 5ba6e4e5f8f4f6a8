import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "submitted, refusals and webhooks find the outbox row by token when job and attempt are gone",
  steps: [
    a.userCreates("paid"),
    a.workerPasses(),
    a.userLeaves(),
    a.providerTakes(),
    a.workerNotesTask(),
    a.outboxAsks(),
  ],
  without: [{
    function: "private.note_task",
    guard: "where token = p_token and over_at is null;",
    instead:
      "where token = p_token and over_at is null and exists (select from public.jobs j where j.id = job_id);",
  }],
};
