/** What became of a job's price when it ended. */

/** none: nothing to give back · due: decided when its task is over · paid: given back · withheld: its task went on. */
export const JOB_REFUNDS = ["none", "due", "paid", "withheld"] as const;
export type JobRefund = typeof JOB_REFUNDS[number];
