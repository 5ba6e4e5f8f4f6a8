/** All that can be known about a job: its steps, what went wrong, and for admins what its provider answered. */
import type { ReactNode } from "react";
import { isTerminal } from "../../../../shared/words/statuses.ts";
import type { ClientJob, JobHandle } from "../../api/job.ts";
import { useSurroundings } from "../hooks/surroundings_context.ts";
import { useDiagnosis } from "../hooks/use_diagnosis.ts";
import { useEvidence } from "../hooks/use_evidence.ts";
import { useInspectedJob } from "../hooks/use_inspected_job.ts";
import { useJobActions } from "../hooks/use_job_actions.ts";
import { useMoments } from "../hooks/use_moments.ts";
import { useTool } from "../hooks/use_tool.ts";
import { useWhy } from "../hooks/use_why.ts";
import { errorWords } from "../texts/error_words.ts";
import { JobStepIndicator } from "./job_step_indicator.tsx";
import { CopyButton } from "./parts/copy_button.tsx";
import { DiagnosisList } from "./parts/diagnosis_list.tsx";
import { Dialog } from "./parts/dialog.tsx";
import { JobTimeline } from "./parts/job_timeline.tsx";
import { toolTitle } from "./parts/job_title.ts";
import { RawPayloads } from "./parts/raw_payloads.tsx";
import { reportOf } from "./parts/report.ts";
import { WhyReasons } from "./parts/why_reasons.tsx";

export interface JobDebugModalProps {
  isOpen: boolean;
  onClose: () => void;
  jobId: string;
  /** Taken as document 004 gives it, and not needed: the jobs of all tools are rows of one table. */
  tableName?: string;
  /** Called with the job that does it again. */
  onRetried?: (handle: JobHandle) => void;
}

/** Needs an `EsteiraProvider` above. Reads nothing while it is closed. */
export function JobDebugModal({ isOpen, onClose, jobId, onRetried }: JobDebugModalProps) {
  const { texts } = useSurroundings();
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={texts.debug.title}>
      <Details jobId={jobId} onRetried={onRetried} />
    </Dialog>
  );
}

function Details({ jobId, onRetried }: Pick<JobDebugModalProps, "jobId" | "onRetried">) {
  const { texts } = useSurroundings();
  const { job, error, isOwn } = useInspectedJob(jobId);
  const version = job?.version ?? 0;
  const why = useWhy(jobId, { version, every: job && isTerminal(job.status) ? null : 15_000 });
  const evidence = useEvidence(jobId, version);
  const diagnosis = useDiagnosis(jobId, version);
  if (job === null) {
    return (
      <p className="esteira-card-note" role="status">
        {error ? errorWords(error, texts) : texts.card.loading}
      </p>
    );
  }
  return (
    <div className="esteira-debug">
      {why.reasons && <WhyReasons reasons={why.reasons} />}
      <JobStepIndicator job={job} />
      <Outcome job={job} />
      <Facts job={job} />
      {diagnosis.state === "failed" && (
        <p className="esteira-card-error" role="alert">{texts.why.failed}: {diagnosis.error.message}</p>
      )}
      {diagnosis.data && <DiagnosisList verdicts={diagnosis.data} />}
      <section>
        <h3 className="esteira-debug-heading">{texts.debug.timeline}</h3>
        <JobTimeline job={job} />
      </section>
      {evidence.state === "failed" && (
        <p className="esteira-card-error" role="alert">{texts.debug.rawFailed}: {evidence.error.message}</p>
      )}
      {evidence.data && <RawPayloads attempts={evidence.data} />}
      <footer className="esteira-actions">
        {isOwn && <RetryButton job={job} onRetried={onRetried} />}
        <CopyButton
          text={() => reportOf(job, evidence.data ?? [], diagnosis.data ?? why.reasons ?? [])}
          label={texts.debug.copyAll}
        />
      </footer>
    </div>
  );
}

/** The code by which the error is looked up, and what became of the price; what was said stands above. */
function Outcome({ job }: { job: ClientJob }) {
  const { texts } = useSurroundings();
  const refund = texts.card.refund[job.refund];
  if (job.error_code === null && refund === null) return null;
  return (
    <p className="esteira-debug-outcome">
      {job.error_code !== null && <code className="esteira-debug-code">{job.error_code}</code>}
      {refund}
    </p>
  );
}

function Facts({ job }: { job: ClientJob }) {
  const { texts, language } = useSurroundings();
  const tool = useTool(job.tool);
  const { moment } = useMoments();
  const facts: readonly (readonly [string, ReactNode])[] = [
    [texts.debug.jobId, <code key="id">{job.id}</code>],
    ...job.request_id === null
      ? []
      : [[texts.debug.requestId, <code key="request">{job.request_id}</code>] as const],
    [texts.debug.tool, toolTitle(job.tool, tool, language)],
    [texts.debug.lane, job.lane],
    [texts.debug.created, moment(job.created_at)],
  ];
  return (
    <dl className="esteira-facts">
      {facts.map(([name, value]) => (
        <div key={name} data-wide={name === texts.debug.jobId || undefined}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function RetryButton({ job, onRetried }: { job: ClientJob } & Pick<JobDebugModalProps, "onRetried">) {
  const { texts } = useSurroundings();
  const { retry, pending, error } = useJobActions(job.id);
  if (job.status !== "failed" && job.status !== "cancelled") return null;
  return (
    <>
      {error && <p className="esteira-card-error" role="alert">{errorWords(error, texts)}</p>}
      <button
        type="button"
        className="esteira-button"
        data-kind="primary"
        aria-disabled={pending !== null}
        onClick={() => void retry().then((handle) => handle && onRetried?.(handle))}
      >
        {pending === null ? texts.card.retry : texts.card.retrying}
      </button>
    </>
  );
}
