import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "the task whose success is stored is the attempt's external id; no later answer replaces it",
  steps: [
    a.userCreates("doubled"),
    a.workerPasses(),
    a.passes(151),
    a.workerFindsNone(),
    a.passes(60),
    a.workerFindsNone(),
    a.workerPasses(),
    a.requestArrivesLate(),
    a.workerFindsTask(),
    a.providerTakes(),
    a.taskSucceeds(1),
    a.webhookComes(),
    a.workerNotesTask(),
    a.workerSettles(),
    a.workerCompletes(),
  ],
  without: [{
    function: "private.hear_word",
    guard: "case when v_is_first and p_word = 'succeeded' then coalesce(p_external_id, external_id)",
    instead: "case when false then external_id",
  }],
};
