/** Publishes by a click: uploads what lies on this device, enqueues, and says what became of each option. */
import type { ReactNode } from "react";
import type { EnqueueResponse, Rejection } from "../../../../shared/requests/requests_publications.ts";
import type { PublishWish } from "../hooks/publish_wishes.ts";
import { usePublish } from "../hooks/use_publish.ts";
import { errorWords } from "../texts/error_words.ts";
import { IssueList } from "./parts/issue_list.tsx";
import { ProgressBar } from "./parts/progress_bar.tsx";
import { useThemed } from "./parts/themed.ts";

export interface PublishButtonProps {
  /** What is published: document 003's request, and `files` of this device, which are uploaded first. */
  wish: PublishWish;
  /** Some of it was enqueued, or all of it: `data.groupId` and `data.jobs` tell what to watch. */
  onEnqueued?: (answer: EnqueueResponse) => void;
  /** Nothing can be published as things are: nothing is chosen, say. */
  disabled?: boolean;
  className?: string;
  /** Default: "Publish". */
  children?: ReactNode;
}

export function PublishButton(
  { wish, onEnqueued, disabled = false, className, children }: PublishButtonProps,
) {
  const { root, texts } = useThemed();
  const { publish, cancel, phase, progress, answer, error, isPending } = usePublish();
  const words = texts.publishing.publish;
  const rejected = answer?.data.rejected ?? rejectedIn(error);
  const isOff = disabled || isPending;
  return (
    <div {...root("publish", className)} data-phase={phase}>
      <div className="esteira-actions">
        <button
          type="button"
          className="esteira-button"
          data-kind="primary"
          aria-disabled={isOff}
          onClick={() => isOff || void publish(wish).then((answer) => answer && onEnqueued?.(answer))}
        >
          {phase === "enqueuing" ? words.enqueuing : children ?? words.button}
        </button>
        {phase === "uploading" && (
          <button type="button" className="esteira-button" onClick={cancel}>{words.cancelUpload}</button>
        )}
      </div>
      {phase === "uploading" && <ProgressBar label={words.uploading} value={progress} />}
      <p className="esteira-publish-state" role="status">
        {phase === "uploading" && words.uploading}
        {answer && words.enqueued(answer.data.totalEnqueued, answer.data.totalRequested)}
      </p>
      {(error || rejected.length > 0) && (
        <div className="esteira-publish-refused" role="alert">
          {rejected.length === 0 && error && <p>{errorWords(error, texts)}</p>}
          {rejected.length > 0 && (
            <>
              <p>{words.notEnqueued}</p>
              <IssueList issues={rejected} kind="bad" />
            </>
          )}
        </div>
      )}
    </div>
  );
}

/** Where nothing was left, the reasons lie in the error. */
function rejectedIn(error: Error | null): readonly Rejection[] {
  const details = error && "details" in error ? error.details : null;
  const rejected = typeof details === "object" && details !== null && "rejected" in details
    ? details.rejected
    : null;
  return Array.isArray(rejected) ? rejected : [];
}
