/** What pops up: jobs that have failed, and a connection that was lost. */
import type { Connection } from "../../api/connection.ts";
import type { ClientJob, QueueSnapshot } from "../../api/job.ts";

export type Toast =
  | { readonly id: string; readonly kind: "failed"; readonly job: ClientJob }
  | { readonly id: "connection"; readonly kind: "connection" };

/** At most so many at once; the oldest goes. */
const MOST = 4;

/** The jobs that failed from one snapshot of the queue to the next. A failed job that was only read is no news. */
export function newlyFailed(now: QueueSnapshot | null, before: QueueSnapshot | null): readonly ClientJob[] {
  if (!now || !before) return [];
  return now.jobs.filter((job) => {
    if (job.status !== "failed") return false;
    const was = before.jobs.find(({ key, id }) => key === job.key || id === job.id);
    return was !== undefined && was.status !== "failed";
  });
}

/** What a change of the connection does: it is lost when it was live, and found when it is again. */
export function connectionNews(
  now: Connection,
  before: Connection | undefined,
  wasLive: boolean,
): "lost" | "found" | null {
  if (now.status === "live" || now.status === "signed_out") return before ? "found" : null;
  return wasLive && isLost(now) && !(before && isLost(before)) ? "lost" : null;
}

function isLost({ status }: Connection): boolean {
  return status === "polling" || status === "offline";
}

export function withToast(toasts: readonly Toast[], toast: Toast): readonly Toast[] {
  return [...withoutToast(toasts, toast.id), toast].slice(-MOST);
}

export function withoutToast(toasts: readonly Toast[], id: string): readonly Toast[] {
  return toasts.some((toast) => toast.id === id) ? toasts.filter((toast) => toast.id !== id) : toasts;
}
