/** The filters that one seldom needs; open where one of them is filled in. */
import { stepName } from "../../../../../shared/words/labels.ts";
import { JOB_REFUNDS } from "../../../../../shared/words/statuses.ts";
import { JOB_STEPS } from "../../../../../shared/words/steps.ts";
import type { Search } from "../../data/use_filters.ts";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import { TextInput } from "../../ui/field.tsx";
import { ChoiceFilter } from "./choice_filter.tsx";
import { FilterField } from "./filter_field.tsx";
import { type FilterName, isoOf, localOf } from "./filters.ts";
import { jobsTexts } from "./texts.ts";
import { UserField } from "./user_field.tsx";

const CHOSEN = ["step", "failed_step", "refund", "has_retry", "is_retry"] as const;
const TYPED = ["user_id", "job_ids"] as const;
const TIMES = ["created_from", "created_to"] as const;
const SPANS = ["slower_than_ms", "waited_over_ms", "ran_over_ms"] as const;

interface MoreFiltersProps {
  search: Search;
  set(name: FilterName): (value: string) => void;
}

export function MoreFilters({ search, set }: MoreFiltersProps) {
  const [language] = useLanguage();
  const texts = useTexts(jobsTexts);
  const steps = JOB_STEPS.map((step) => ({ value: step, label: stepName(step, language) }));
  const bools = [{ value: "true", label: texts.yes }, { value: "false", label: texts.no }];
  const options = {
    step: steps,
    failed_step: steps,
    refund: JOB_REFUNDS.map((refund) => ({ value: refund, label: texts.refunds[refund] })),
    has_retry: bools,
    is_retry: bools,
  };
  const isFilled = ["user_email" as const, ...CHOSEN, ...TYPED, ...TIMES, ...SPANS].some((name) =>
    search[name]
  );
  return (
    <details className="more-filters" open={isFilled || undefined}>
      <summary>{texts.moreFilters}</summary>
      <div className="filter-row">
        <UserField value={search["user_email"] ?? ""} onSettle={set("user_email")} />
        {TYPED.map((name) => (
          <FilterField key={name} label={texts.names[name]} value={search[name] ?? ""} onSettle={set(name)} />
        ))}
        {CHOSEN.map((name) => (
          <ChoiceFilter
            key={name}
            label={texts.names[name]}
            value={search[name] ?? ""}
            options={options[name]}
            onChange={set(name)}
          />
        ))}
        {TIMES.map((name) => (
          <TextInput
            key={name}
            type="datetime-local"
            label={texts.names[name]}
            value={localOf(search[name])}
            onChange={({ currentTarget }) => set(name)(isoOf(currentTarget.value))}
          />
        ))}
        {SPANS.map((name) => (
          <FilterField
            key={name}
            type="number"
            min={0}
            label={texts.names[name]}
            value={secondsOf(search[name])}
            onSettle={(value) => set(name)(value && String(Math.round(Number(value) * 1000)))}
          />
        ))}
      </div>
    </details>
  );
}

/** The field has seconds, the address and SQL milliseconds. */
function secondsOf(ms: string | undefined): string {
  return ms && Number.isFinite(Number(ms)) ? String(Number(ms) / 1000) : "";
}
