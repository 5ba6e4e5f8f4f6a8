/** A bar that fills, or that moves where nobody knows how far it is. */
import type { CSSProperties } from "react";
import { useSurroundings } from "../../hooks/surroundings_context.ts";

export interface ProgressBarProps {
  /** In percent; null: not known. */
  value: number | null;
  /** Whether `value` is a guess, and shown as one. */
  isEstimate?: boolean;
  /** What progresses, for who does not see it. */
  label: string;
}

export function ProgressBar({ value, isEstimate = false, label }: ProgressBarProps) {
  const { texts } = useSurroundings();
  const known = value === null
    ? {}
    : { "aria-valuenow": value, "aria-valuetext": texts.step.spokenPercent(value, isEstimate) };
  return (
    <div className="esteira-progress" data-estimate={isEstimate || undefined}>
      <div
        className="esteira-progress-track"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        {...known}
      >
        <div
          className="esteira-progress-fill"
          data-indeterminate={value === null || undefined}
          style={value === null ? undefined : { "--esteira-done": `${value}%` } as CSSProperties}
        />
      </div>
      {value !== null && (
        <span className="esteira-progress-percent" aria-hidden="true">
          {texts.step.percent(value, isEstimate)}
        </span>
      )}
    </div>
  );
}
