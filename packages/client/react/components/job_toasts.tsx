/** Tells, wherever the user is in the app, that a job has failed or that the live connection is lost. Put it in once. */
import { useState } from "react";
import type { ClientJob } from "../../api/job.ts";
import { createStore } from "../../store/store.ts";
import { connectionNews, newlyFailed, type Toast, withoutToast, withToast } from "../hooks/toasts.ts";
import { useChange } from "../hooks/use_change.ts";
import { useEsteira } from "../hooks/surroundings_context.ts";
import { useQueueStore } from "../hooks/use_jobs.ts";
import { useStore } from "../hooks/use_store.ts";
import { JobDebugModal } from "./job_debug_modal.tsx";
import { ToastItem } from "./parts/toast_item.tsx";
import { useThemed } from "./parts/themed.ts";

export interface JobToastsProps {
  /** How long a failed job is told of, in ms, not counting the time that somebody looks at it. Default 10,000. */
  duration?: number;
  /** Whether a lost connection is told of. Default true. */
  connection?: boolean;
  /** Shows details in your own way. Left out: in a `JobDebugModal`. */
  onDetails?: (job: ClientJob) => void;
  className?: string;
}

export function JobToasts({ duration = 10_000, connection = true, onDetails, className }: JobToastsProps) {
  const { root, texts } = useThemed();
  const client = useEsteira();
  const [store] = useState(() => createStore<readonly Toast[]>([]));
  const [live] = useState({ was: false });
  const [opened, setOpened] = useState<string | null>(null);
  const toasts = useStore(store);
  const add = (toast: Toast) => store.set(withToast(store.getSnapshot(), toast));
  const remove = (id: string) => store.set(withoutToast(store.getSnapshot(), id));

  useChange(useQueueStore({}, true), ({ data: now }, before) => {
    for (const job of newlyFailed(now, before?.data ?? null)) add({ id: job.id, kind: "failed", job });
  });
  useChange(connection ? client.connection : null, (now, before) => {
    const news = connectionNews(now, before, live.was);
    live.was ||= now.status === "live";
    if (news === "lost") add({ id: "connection", kind: "connection" });
    if (news === "found") remove("connection");
  });

  return (
    <section {...root("toasts", className)} aria-label={texts.toasts.label}>
      {toasts.map((toast) => (
        <ToastItem
          key={toast.id}
          toast={toast}
          duration={duration}
          onDismiss={() => remove(toast.id)}
          onOpen={(job) => {
            remove(toast.id);
            if (onDetails) onDetails(job);
            else setOpened(job.id);
          }}
          onReconnect={() => client.connection.retry()}
        />
      ))}
      {opened !== null && <JobDebugModal isOpen onClose={() => setOpened(null)} jobId={opened} />}
    </section>
  );
}
