/** Cancels a job; asks first where the credits would not come back. */
import { useRef, useState } from "react";
import type { ClientJob } from "../../../api/job.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";

export interface CancelButtonProps {
  job: Pick<ClientJob, "refundable">;
  isCancelling: boolean;
  onCancel: () => void;
}

export function CancelButton({ job, isCancelling, onCancel }: CancelButtonProps) {
  const { texts } = useSurroundings();
  const [isAsking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  if (isAsking && !isCancelling) {
    const keep = () => {
      setAsking(false);
      requestAnimationFrame(() => button.current?.focus());
    };
    return (
      <div className="esteira-ask" role="group" aria-label={texts.card.cancel}>
        <p className="esteira-card-note">{texts.card.cancelWithoutRefund}</p>
        <button type="button" className="esteira-button" autoFocus onClick={keep}>
          {texts.card.keepRunning}
        </button>
        <button
          type="button"
          className="esteira-button"
          data-kind="danger"
          onClick={() => {
            setAsking(false);
            onCancel();
          }}
        >
          {texts.card.cancelAnyway}
        </button>
      </div>
    );
  }
  return (
    <button
      ref={button}
      type="button"
      className="esteira-button"
      aria-disabled={isCancelling}
      onClick={() => !isCancelling && (job.refundable ? onCancel() : setAsking(true))}
    >
      {isCancelling ? texts.card.cancelling : texts.card.cancel}
    </button>
  );
}
