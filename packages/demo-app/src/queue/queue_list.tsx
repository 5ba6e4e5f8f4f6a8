/** The user's jobs, newest first, each once. */
import { JobCard, useJobs } from "@esteira/client/react";
import { useDetails } from "../shell/details.tsx";
import { useTexts } from "../texts/use_texts.ts";
import { Empty } from "../ui/empty.tsx";

export function QueueList({ limit = 12 }: { limit?: number }) {
  const { queue } = useTexts();
  const { jobs, hasMore, more, isLoading } = useJobs({ limit });
  const open = useDetails();
  if (isLoading) return <p className="quiet">{queue.loading}</p>;
  if (jobs.length === 0) return <Empty title={queue.emptyTitle} text={queue.emptyText} />;
  return (
    <>
      <ul className="queue-list">
        {jobs.map((job) => (
          <li key={job.key}>
            <JobCard job={job} onDetails={({ id }) => open(id)} />
          </li>
        ))}
      </ul>
      {hasMore && (
        <button type="button" className="button is-quiet" onClick={() => void more()}>{queue.more}</button>
      )}
    </>
  );
}
