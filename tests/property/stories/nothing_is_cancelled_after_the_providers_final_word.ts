import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "409 job_finishing once the provider's final word is stored",
  steps: [
    a.userCreates("paid"),
    a.workerPasses(),
    a.providerTakes(),
    a.taskSucceeds(),
    a.webhookComes(),
    a.userCancels(),
    a.workerSettles(),
    a.userCancels(),
    a.workerCompletes(),
  ],
  without: [{
    function: "public.cancel_job",
    guard: "if v_attempt.word is not null or (v_job.attempt > 0 and private.has_success(p_job_id)) then",
    instead: "if false then",
  }],
};
