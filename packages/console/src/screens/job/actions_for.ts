/** Which actions are for a job as it stands. Pure; who may do them says the role, and the database asks again. */

interface Standing {
  readonly status: string;
  readonly refund: string;
  readonly lastWebhook: boolean;
  readonly isSetAside: boolean;
  readonly isUnknown: boolean;
  readonly isRetried: boolean;
}

export type JobAction =
  | "retry"
  | "cancel"
  | "refund"
  | "replay_webhook"
  | "set_priority"
  | "quarantine"
  | "release"
  | "delete"
  | "there"
  | "not_there";

/** In the order in which one would think of them. */
export function actionsFor(job: Standing): JobAction[] {
  const isOpen = job.status === "pending" || job.status === "processing";
  const isLost = job.status === "failed" || job.status === "cancelled";
  const wanted: Record<JobAction, boolean> = {
    there: job.isUnknown,
    not_there: job.isUnknown,
    release: job.isSetAside,
    retry: isLost && !job.isRetried,
    cancel: isOpen,
    refund: (isLost || job.isSetAside) && job.refund !== "paid",
    replay_webhook: isOpen && job.lastWebhook,
    set_priority: job.status === "pending",
    quarantine: isOpen && !job.isSetAside,
    delete: !isOpen,
  };
  return (Object.keys(wanted) as JobAction[]).filter((action) => wanted[action]);
}

/** The action of `ops_api.act` and what its filter has besides the job. */
export function actOf(action: JobAction): { action: string; resolved?: string } {
  return action === "there" || action === "not_there" ? { action: "resolve", resolved: action } : { action };
}
