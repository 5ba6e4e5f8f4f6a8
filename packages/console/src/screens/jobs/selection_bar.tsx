/** What can be done to the jobs that are selected, or to all that fit the filters. */
import { useState } from "react";
import { useAct, useMay } from "../../act/use_act.ts";
import { OpsError } from "../../data/ops_error.ts";
import { useFilters } from "../../data/use_filters.ts";
import { useLanguage } from "@esteira/preferences";
import { useOperator } from "../../session/operator.ts";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Problem } from "../../ui/problem.tsx";
import { actionFilterOf, type Filter, filterOf } from "./filters.ts";
import { gatherJobs, MOST_GATHERED } from "./gather_jobs.ts";
import { jobsTexts } from "./texts.ts";

const FIRST = ["retry", "cancel", "refund"] as const;
const REST = ["redrive", "replay_webhook", "quarantine", "release", "delete"] as const;
type Action = typeof FIRST[number] | typeof REST[number];

interface SelectionBarProps {
  selected: ReadonlySet<string>;
  /** Whether all that fit the filters are meant rather than those. */
  isAll: boolean;
  onAll(): void;
  onClear(): void;
}

export function SelectionBar({ selected, isAll, onAll, onClear }: SelectionBarProps) {
  const texts = useTexts(jobsTexts);
  const [language] = useLanguage();
  const may = useMay();
  const { isGathering, note, error, act } = useActOnSelection(selected, isAll);
  if (selected.size === 0 && !isAll) return null;
  const count = wholeIn(language, selected.size);
  return (
    <div className="selection-bar" role="region" aria-label={texts.selected(count)}>
      <strong>
        {isAll ? texts.allMatching : selected.size === 1 ? texts.selectedOne : texts.selected(count)}
      </strong>
      {!isAll && <Button kind="quiet" onClick={onAll}>{texts.selectMatching}</Button>}
      <Button kind="quiet" onClick={onClear}>{texts.unselect}</Button>
      <span className="selection-actions">
        {FIRST.filter(may).map((action) => (
          <Button
            key={action}
            disabled={isGathering}
            onClick={() => void act(action)}
          >
            {texts.actions[action]}
          </Button>
        ))}
        {REST.some(may) && (
          <Menu
            label={texts.moreActions}
            items={REST.filter(may).map((action) => ({
              label: texts.actions[action],
              isDangerous: action === "delete",
              isDisabled: isGathering,
              onSelect: () => void act(action),
            }))}
          />
        )}
      </span>
      {isGathering && <span className="quiet" role="status">{texts.gathering}</span>}
      {note && <span className="selection-note" role="status">{note}</span>}
      {error && <Problem error={error} />}
    </div>
  );
}

function useActOnSelection(selected: ReadonlySet<string>, isAll: boolean) {
  const [search] = useFilters();
  const { supabase } = useOperator();
  const texts = useTexts(jobsTexts);
  const [language] = useLanguage();
  const open = useAct();
  const [isGathering, setIsGathering] = useState(false);
  const [note, setNote] = useState<string | null>(null);
  const [error, setError] = useState<OpsError | null>(null);
  const filterFor = async (): Promise<Filter> => {
    if (!isAll) return { job_ids: [...selected] };
    const known = actionFilterOf(search);
    if (known) return known;
    const { ids, areAll } = await gatherJobs(supabase, filterOf(search));
    setNote(areAll ? null : texts.tooMany(wholeIn(language, MOST_GATHERED)));
    return { job_ids: ids };
  };
  const act = async (action: Action) => {
    setIsGathering(true);
    setError(null);
    try {
      open({ action, filter: await filterFor() });
    } catch (error) {
      if (!(error instanceof OpsError)) throw error;
      setError(error);
    } finally {
      setIsGathering(false);
    }
  };
  return { isGathering, note, error, act };
}
