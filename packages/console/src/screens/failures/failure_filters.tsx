/** From when on, and of what: each choice is in the address. */
import type { Search, SearchPatch } from "../../data/use_filters.ts";
import { useOperator } from "../../session/operator.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Select, TextInput } from "../../ui/field.tsx";
import { type FailureGroup, type Span, SPANS } from "./failure_group.ts";
import { failuresTexts } from "./texts.ts";

interface FailureFiltersProps {
  search: Search;
  span: Span;
  groups: readonly FailureGroup[];
  onChange(patch: SearchPatch, options?: { isReplacing?: boolean }): void;
}

export function FailureFilters({ search, span, groups, onChange }: FailureFiltersProps) {
  const texts = useTexts(failuresTexts);
  const { me: { lanes } } = useOperator();
  const codes = [...new Set(groups.flatMap(({ error_code }) => error_code ? [error_code] : []))].sort();
  const tools = [...new Set(groups.flatMap((group) => group.tools))].sort();
  const choices = (all: string, values: readonly string[], chosen: string | undefined) => [
    { value: "", label: all },
    ...[...new Set(chosen ? [...values, chosen] : values)].map((value) => ({ value, label: value })),
  ];
  const isNarrowed = ["lane", "tool", "error_code", "failed_step", "user_id"].some((key) => search[key]);
  return (
    <form className="failure-filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <Select
        label={texts.since}
        value={span}
        options={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: texts.spans[value] }))}
        onChange={(event) => onChange({ since: event.target.value })}
      />
      <Select
        label={texts.lane}
        value={search["lane"] ?? ""}
        options={choices(texts.allLanes, lanes, search["lane"])}
        onChange={(event) => onChange({ lane: event.target.value })}
      />
      <Select
        label={texts.tool}
        value={search["tool"] ?? ""}
        options={choices(texts.allTools, tools, search["tool"])}
        onChange={(event) => onChange({ tool: event.target.value })}
      />
      <Select
        label={texts.code}
        value={search["error_code"] ?? ""}
        options={choices(texts.allCodes, codes, search["error_code"])}
        onChange={(event) => onChange({ error_code: event.target.value })}
      />
      <UserField value={search["user_id"] ?? ""} label={texts.user} onChange={onChange} />
      {isNarrowed && (
        <Button
          onClick={() =>
            onChange({
              lane: undefined,
              tool: undefined,
              error_code: undefined,
              failed_step: undefined,
              user_id: undefined,
            })}
        >
          {texts.clear}
        </Button>
      )}
    </form>
  );
}

function UserField(
  { value, label, onChange }: { value: string; label: string; onChange: FailureFiltersProps["onChange"] },
) {
  return (
    <TextInput
      label={label}
      value={value}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => onChange({ user_id: event.target.value.trim() }, { isReplacing: true })}
    />
  );
}
