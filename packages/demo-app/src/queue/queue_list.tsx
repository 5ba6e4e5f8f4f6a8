/** The user's jobs, newest first, each once. */
import { JobList } from "@esteira/client/react";
import { useCallback } from "react";
import { useDetails } from "../shell/details.tsx";
import { useTexts } from "../texts/use_texts.ts";
import { Empty } from "../ui/empty.tsx";

export function QueueList({ limit = 12 }: { limit?: number }) {
  const { queue } = useTexts();
  const open = useDetails();
  const openJob = useCallback(({ id }: { id: string }) => open(id), [open]);
  return (
    <JobList
      className="queue-list"
      filter={{ limit }}
      onDetails={openJob}
      empty={<Empty title={queue.emptyTitle} text={queue.emptyText} />}
    />
  );
}
