/** Which moment the verdicts are of: now, or any since the job was created. In the address, so that it can be shown. */
import { useId } from "react";
import { useFilters } from "../../data/use_filters.ts";
import { useLanguage } from "@esteira/preferences";
import { fullMomentIn, wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { useDraft } from "../jobs/use_draft.ts";
import { isoOf, localOf } from "../jobs/filters.ts";
import { jobTexts } from "./texts.ts";
import type { Timeline } from "./types.ts";

export function AsOf({ timeline }: { timeline: Timeline }) {
  const [search, change] = useFilters();
  const [language] = useLanguage();
  const texts = useTexts(jobTexts);
  const id = useId();
  const begin = Date.parse(timeline.created_at);
  const end = Math.max(Date.parse(timeline.ended_at ?? timeline.now), begin + 1);
  const asOf = search["as_of"];
  const set = (at: string | undefined) => change({ as_of: at }, { isReplacing: true });
  const draft = useDraft(asOf ?? "", set);
  const shown = Date.parse(draft.value) || end;
  return (
    <div className="as-of" role="group" aria-label={texts.asOf}>
      <label htmlFor={id}>{texts.asOf}</label>
      <input
        id={id}
        type="range"
        min={begin}
        max={end}
        step={Math.max(1, Math.floor((end - begin) / 1000))}
        value={Math.min(Math.max(shown, begin), end)}
        aria-valuetext={draft.value ? fullMomentIn(language, draft.value) : texts.now}
        list={`${id}-noted`}
        title={texts.asOfLead}
        onChange={({ currentTarget }) => draft.change(new Date(Number(currentTarget.value)).toISOString())}
        onPointerUp={draft.settle}
      />
      <datalist id={`${id}-noted`}>
        {timeline.noted.map(({ seen_at, code }) => (
          <option key={`${seen_at} ${code}`} value={Date.parse(seen_at)} label={code} />
        ))}
      </datalist>
      <input
        type="datetime-local"
        aria-label={texts.asOfTime}
        step={1}
        value={localOf(draft.value || undefined)}
        onChange={({ currentTarget }) => set(isoOf(currentTarget.value) || undefined)}
      />
      <Button aria-pressed={!asOf} disabled={!asOf} onClick={() => set(undefined)}>{texts.now}</Button>
      {timeline.noted.length > 0 && (
        <span className="quiet">{texts.noted(wholeIn(language, timeline.noted.length))}</span>
      )}
    </div>
  );
}
