/** The user's jobs, newest first, each once and live; as many as one likes. */
import { memo, type ReactNode, useRef } from "react";
import type { JobFilter } from "../../api/esteira.ts";
import type { ClientJob, JobHandle } from "../../api/job.ts";
import { NearnessContext, useNearness } from "../hooks/nearness.ts";
import { useGrowing } from "../hooks/use_growing.ts";
import { type Rows, useJobRow, useJobRows } from "../hooks/use_job_rows.ts";
import { errorWords } from "../texts/error_words.ts";
import { JobCard } from "./job_card.tsx";
import { useThemed } from "./parts/themed.ts";

export interface JobListProps {
  /** Left out: all of them. `limit`: how many are on a page, 20 at first. */
  filter?: JobFilter;
  /** A row in your own way; left out: a `JobCard`. It is called when its job has changed, and when this is another function. */
  renderJob?: (job: ClientJob) => ReactNode;
  /** Called with the job that does another again. */
  onRetried?: (handle: JobHandle) => void;
  /** Shows details in your own way. Left out: in a `JobDebugModal`. */
  onDetails?: (job: ClientJob) => void;
  /** What stands there while there is none. */
  empty?: ReactNode;
  className?: string;
}

const ALL: JobFilter = {};
/** From so many rows on, those that are not seen are not laid out either. */
const LONG = 50;

export function JobList({ filter = ALL, empty, className, ...row }: JobListProps) {
  const { root, texts } = useThemed();
  const { keys, hasMore, more, rows, isLoading, error } = useJobRows(filter);
  const count = useGrowing(keys.length);
  const words = texts.list;
  return (
    <div role="group" {...root("jobs", className)} aria-label={words.label} aria-busy={isLoading}>
      {error && <p className="esteira-card-error" role="alert">{errorWords(error, texts)}</p>}
      {isLoading && <p className="esteira-card-note">{words.loading}</p>}
      {!isLoading && !error && keys.length === 0 &&
        (empty ?? <p className="esteira-card-note">{words.empty}</p>)}
      <ul className="esteira-job-list" data-long={keys.length > LONG || undefined}>
        {keys.slice(0, count).map((key) => <JobRow key={key} jobKey={key} rows={rows} {...row} />)}
      </ul>
      {hasMore && count === keys.length && (
        <button
          type="button"
          className="esteira-button"
          onClick={() => void more()}
        >
          {words.more}
        </button>
      )}
    </div>
  );
}

interface JobRowProps extends Pick<JobListProps, "renderJob" | "onRetried" | "onDetails"> {
  jobKey: string;
  rows: Rows;
}

// Without the note a bundler keeps it, and all it is made of, in apps that have no list.
const JobRow = /* @__PURE__ */ memo(
  function JobRow({ jobKey, rows, renderJob, onRetried, onDetails }: JobRowProps) {
    const job = useJobRow(rows, jobKey);
    const ref = useRef<HTMLLIElement>(null);
    const nearness = useNearness(ref);
    return (
      <li ref={ref}>
        <NearnessContext.Provider value={nearness}>
          {job &&
            (renderJob ? renderJob(job) : <JobCard job={job} onRetried={onRetried} onDetails={onDetails} />)}
        </NearnessContext.Provider>
      </li>
    );
  },
);
