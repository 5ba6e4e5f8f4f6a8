/** One thing that pops up, and goes by itself unless somebody is at it. */
import { useState } from "react";
import type { ClientJob } from "../../../api/job.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import type { Toast } from "../../hooks/toasts.ts";
import { useCountdown } from "../../hooks/use_countdown.ts";
import { usePageHidden } from "../../hooks/use_page_hidden.ts";
import { failureWords } from "../../texts/error_words.ts";
import { stepPhrase } from "../../texts/step_phrase.ts";
import { DismissButton } from "./dismiss_button.tsx";

export interface ToastItemProps {
  toast: Toast;
  /** In ms. A lost connection stays until it is found. */
  duration: number;
  onDismiss: () => void;
  onOpen: (job: ClientJob) => void;
  onReconnect: () => void;
}

export function ToastItem({ toast, duration, onDismiss, onOpen, onReconnect }: ToastItemProps) {
  const { texts, language } = useSurroundings();
  const [isHovered, setHovered] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const isHidden = usePageHidden();
  useCountdown(toast.kind === "failed" ? duration : null, isHovered || isFocused || isHidden, onDismiss);
  return (
    <div
      className="esteira-toast"
      role={toast.kind === "failed" ? "alert" : "status"}
      data-kind={toast.kind}
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onKeyDown={(event) => event.key === "Escape" && onDismiss()}
    >
      {toast.kind === "failed"
        ? (
          <button type="button" className="esteira-toast-body" onClick={() => onOpen(toast.job)}>
            <span className="esteira-toast-title">
              {texts.toasts.failed(
                stepPhrase(toast.job.failed_at_step ?? toast.job.current_step, language),
                failureWords(toast.job, texts, language)?.said ?? "",
              )}
            </span>
            <span className="esteira-toast-note">{texts.toasts.details}</span>
          </button>
        )
        : (
          <div className="esteira-toast-body">
            <span className="esteira-toast-title">{texts.connection.lost}</span>
            <span className="esteira-toast-note">{texts.connection.reconnecting}</span>
            <button type="button" className="esteira-button" onClick={onReconnect}>
              {texts.connection.reload}
            </button>
          </div>
        )}
      <DismissButton label={texts.toasts.dismiss} onClick={onDismiss} />
    </div>
  );
}
