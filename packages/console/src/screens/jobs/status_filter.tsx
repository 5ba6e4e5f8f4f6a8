/** Which statuses are shown: each is on or off, none means all. */
import { JOB_STATUSES } from "../../../../../shared/words/statuses.ts";
import { commonTexts } from "../../texts/common.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { jobsTexts } from "./texts.ts";

interface StatusFilterProps {
  shown: readonly string[];
  onChange(shown: string[]): void;
}

export function StatusFilter({ shown, onChange }: StatusFilterProps) {
  const { statuses } = useTexts(commonTexts);
  const { names } = useTexts(jobsTexts);
  return (
    <div className="status-filter" role="group" aria-label={names.status}>
      {JOB_STATUSES.map((status) => {
        const isOn = shown.includes(status);
        return (
          <button
            key={status}
            type="button"
            className="chip"
            aria-pressed={isOn}
            onClick={() => onChange(isOn ? shown.filter((one) => one !== status) : [...shown, status])}
          >
            {statuses[status]}
          </button>
        );
      })}
    </div>
  );
}
