/** Where a job is: its step, its place in the queue, how far it is, or where it failed. */
import type { ReactNode } from "react";
import { stepLabel } from "../../../../shared/words/labels.ts";
import type { ClientJob } from "../../api/job.ts";
import { useMoments } from "../hooks/use_moments.ts";
import { useQueuePosition } from "../hooks/use_queue_position.ts";
import { failureWords } from "../texts/error_words.ts";
import { stepPhrase } from "../texts/step_phrase.ts";
import { ProgressBar } from "./parts/progress_bar.tsx";
import { hasBar, scheduledFor, stateOf } from "./parts/shown_step.ts";
import { useThemed } from "./parts/themed.ts";

export interface JobStepIndicatorProps {
  /** The job, live or not. The props below say something else, or take its place. */
  job?: ClientJob | null;
  /** A step code; one that this version does not know is shown as it is. */
  step?: string;
  failedAtStep?: string | null;
  errorMessage?: string | null;
  /** Place in the queue, 1 for the next. Left out: that of `job`, counted down live below a provider. */
  position?: number | null;
  highDemand?: boolean;
  /** In percent; null: not known. */
  progress?: number | null;
  progressIsEstimate?: boolean;
  className?: string;
  /** Buttons, below all else. */
  children?: ReactNode;
}

export function JobStepIndicator(props: JobStepIndicatorProps) {
  const { job = null, className, children } = props;
  const { root, texts, language } = useThemed();
  const { moment } = useMoments();
  const step = props.step ?? job?.current_step ?? "insert";
  const state = stateOf(step);
  const scheduled = scheduledFor(job);
  const isInLine = state === "waiting" && scheduled === null;
  const counted = useQueuePosition(job?.id, {
    enabled: isInLine && props.position === undefined && job !== null && !job.isCreating,
  });
  const position = props.position ?? counted?.position ?? null;
  const failedAt = props.failedAtStep ?? (state === "failed" ? job?.failed_at_step : null);
  const failure = job && failureWords(job, texts, language);
  const said = props.errorMessage ?? failure?.said;
  const label = scheduled ? texts.step.scheduled(moment(scheduled)) : stepLabel(step, language);

  return (
    <div {...root("step", className)} data-state={state}>
      <div className="esteira-step-line">
        <span className="esteira-step-mark" aria-hidden="true" />
        <div className="esteira-step-words" role="status">
          <span className="esteira-step-label">{label}</span>
          {failedAt && (
            <span className="esteira-step-failed">{texts.step.failedAt(stepPhrase(failedAt, language))}</span>
          )}
        </div>
        {isInLine && position !== null && (
          <span className="esteira-step-position">
            {texts.step.position(position, counted?.exact ?? true)}
          </span>
        )}
      </div>
      {hasBar(step) && (
        <ProgressBar
          label={texts.step.progress}
          value={props.progress ?? job?.progress ?? null}
          isEstimate={props.progressIsEstimate ?? job?.progress_is_estimate ?? false}
        />
      )}
      {isInLine && (props.highDemand ?? counted?.highDemand) && (
        <p className="esteira-step-note">{texts.step.highDemand}</p>
      )}
      {said && (
        <div className="esteira-step-message">
          <p>{said}</p>
          {failure?.meaning && <p className="esteira-step-meaning">{failure.meaning}</p>}
        </div>
      )}
      {children}
    </div>
  );
}
