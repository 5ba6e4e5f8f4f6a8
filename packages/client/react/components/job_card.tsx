/** One job, from the click to its result: where it is, what came out, what can be done about it. */
import { type ReactNode, useId, useState } from "react";
import { isTerminal } from "../../../../shared/words/statuses.ts";
import type { ClientJob, JobHandle } from "../../api/job.ts";
import { useSurroundings } from "../hooks/surroundings_context.ts";
import { useJobActions } from "../hooks/use_job_actions.ts";
import { useMoments } from "../hooks/use_moments.ts";
import { useShownJob } from "../hooks/use_shown_job.ts";
import { useTool } from "../hooks/use_tool.ts";
import { useWhyNote } from "../hooks/use_why_note.ts";
import { errorWords } from "../texts/error_words.ts";
import { JobDebugModal } from "./job_debug_modal.tsx";
import { JobStepIndicator } from "./job_step_indicator.tsx";
import { CancelButton } from "./parts/cancel_button.tsx";
import { JobOutputs, OnlyDownload } from "./parts/job_outputs.tsx";
import { toolTitle } from "./parts/job_title.ts";
import { useThemed } from "./parts/themed.ts";
import { WhyNote } from "./parts/why_note.tsx";

export interface JobCardProps {
  /** The job, or a handle on it, or its id: what is not there yet is read below a provider. */
  job: ClientJob | JobHandle | string;
  /** Default: the tool's title. */
  title?: ReactNode;
  /** Called with the job that does it again. */
  onRetried?: (handle: JobHandle) => void;
  /** Shows details in your own way. Left out: in a `JobDebugModal`. */
  onDetails?: (job: ClientJob) => void;
  className?: string;
  /** More buttons. */
  children?: ReactNode;
}

export function JobCard({ job: given, title, onRetried, onDetails, className, children }: JobCardProps) {
  const { root, texts } = useThemed();
  const { job, error } = useShownJob(given);
  if (job === null) {
    return (
      <article {...root("card", className)} aria-busy={error === null}>
        <p className="esteira-card-note">{error === null ? texts.card.loading : texts.card.gone}</p>
      </article>
    );
  }
  return <Card {...{ job, title, onRetried, onDetails, className, children }} />;
}

function Card({ job, title, onRetried, onDetails, className, children }: JobCardProps & { job: ClientJob }) {
  const { root, texts, language } = useThemed();
  const tool = useTool(title === undefined ? job.tool : null);
  const named = toolTitle(job.tool, tool, language);
  const { moment } = useMoments();
  const titleId = useId();
  const reason = useWhyNote(job);
  return (
    <article {...root("card", className)} data-status={job.status} aria-labelledby={titleId}>
      <header className="esteira-card-header">
        <h3 id={titleId} className="esteira-card-title">{title ?? named}</h3>
        <time className="esteira-card-time" dateTime={job.created_at}>{moment(job.created_at)}</time>
      </header>
      {job.status === "completed" && <JobOutputs job={job} title={named} />}
      <div className="esteira-card-foot">
        <JobStepIndicator job={job} />
        <WhyNote reason={reason} />
        {texts.card.refund[job.refund] && (
          <p className="esteira-card-note" data-refund={job.refund}>{texts.card.refund[job.refund]}</p>
        )}
        <CardActions {...{ job, named, onRetried, onDetails, children }} />
      </div>
    </article>
  );
}

function CardActions(
  { job, named, onRetried, onDetails, children }:
    & Pick<JobCardProps, "onRetried" | "onDetails" | "children">
    & {
      job: ClientJob;
      named: string;
    },
) {
  const { texts, client } = useSurroundings();
  const { cancel, retry, pending, error } = useJobActions(job.isCreating ? null : job.id);
  const [isOpen, setOpen] = useState(false);
  const canAct = client !== null && !job.isCreating;
  const canRetry = job.status === "failed" || job.status === "cancelled";
  return (
    <>
      {error && <p className="esteira-card-error" role="alert">{errorWords(error, texts)}</p>}
      <div className="esteira-actions">
        <OnlyDownload job={job} title={named} />
        {canAct && canRetry && (
          <button
            type="button"
            className="esteira-button"
            data-kind="primary"
            aria-disabled={pending !== null}
            onClick={() => void retry().then((handle) => handle && onRetried?.(handle))}
          >
            {pending === "retry" ? texts.card.retrying : texts.card.retry}
          </button>
        )}
        {canAct && !isTerminal(job.status) && (
          <CancelButton
            job={job}
            isCancelling={pending === "cancel"}
            onCancel={() => void cancel()}
          />
        )}
        {(canAct || onDetails) && (
          <button
            type="button"
            className="esteira-button"
            aria-haspopup={onDetails ? undefined : "dialog"}
            onClick={() => onDetails ? onDetails(job) : setOpen(true)}
          >
            {texts.card.details}
          </button>
        )}
        {children}
      </div>
      {canAct && (
        <JobDebugModal
          isOpen={isOpen}
          onClose={() => setOpen(false)}
          jobId={job.id}
          onRetried={onRetried}
        />
      )}
    </>
  );
}
