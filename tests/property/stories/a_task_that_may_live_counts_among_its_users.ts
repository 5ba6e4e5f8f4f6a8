import { a, type Story } from "../story.ts";

export const story: Story = {
  because: "max_active_per_user counts tasks that may live on after their job has ended",
  setting: { lane: "once", values: { maxActive: 1 } },
  steps: [
    a.operatorSetsCapacity(2),
    a.userCreates("paid"),
    a.workerPasses(),
    a.userCancels(),
    a.userCreates("paid"),
    a.tickComes(),
  ],
  without: [{ function: "private.active_seen", guard: "c.over_at is null and", instead: "false and" }],
};
