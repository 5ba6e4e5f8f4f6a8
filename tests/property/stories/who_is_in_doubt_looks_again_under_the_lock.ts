import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "submit_unknown is written only if, under the attempt's lock, neither task nor word is known",
  steps: [
    a.userCreates("paid"),
    a.workerPasses(),
    a.providerTakesUnheard(),
    a.taskSucceeds(),
    a.webhookComes(),
    a.workerGivesUpDoubt(),
    a.workerSettles(),
    a.workerCompletes(),
  ],
  without: [{
    function: "worker.submit_unknown",
    guard: "  if not private.is_in_doubt(v_attempt) then return 'known'; end if;\n",
    instead: "",
  }],
};
