/** What the list is narrowed to: what one looks for most in sight, the rest behind "more filters". */
import { useId } from "react";
import { type Search, type SearchPatch, useFilters } from "../../data/use_filters.ts";
import type { OpsError } from "../../data/ops_error.ts";
import { useOps } from "../../data/use_ops.ts";
import { useOperator } from "../../session/operator.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { asOptions, ChoiceFilter } from "./choice_filter.tsx";
import { FilterField } from "./filter_field.tsx";
import { type FilterName, FILTERS, listOf, shownFilters } from "./filters.ts";
import { MoreFilters } from "./more_filters.tsx";
import { StatusFilter } from "./status_filter.tsx";
import { jobsTexts } from "./texts.ts";
import type { FindWords } from "./types.ts";

const NO_WORDS: FindWords = { tools: [], lanes: [], error_codes: [] };

/** `error`: why the filters as they are were refused; a path that is none is told at its field. */
export function FilterBar({ error }: { error: OpsError | null }) {
  const [search, change] = useFilters();
  const { me } = useOperator();
  const texts = useTexts(jobsTexts);
  const { data: words = NO_WORDS } = useOps<FindWords>("find_words", {}, { every: 60_000 });
  const codes = useId();
  const set = (name: FilterName) => (value: string) =>
    change({ [name]: value.trim() }, { isReplacing: true });
  const refused = (name: FilterName) => error?.hint === name ? error.message : null;
  const isSupport = me.role === "support";
  const options = { tool: asOptions(words.tools), lane: asOptions(words.lanes) };
  return (
    <search className="filter-bar" aria-label={texts.filters}>
      <div className="filter-row">
        <FilterField
          label={texts.names.text}
          type="search"
          placeholder={texts.textPlace}
          note={isSupport ? texts.textNoteSupport : texts.textNote}
          problem={refused("text")}
          value={search["text"] ?? ""}
          onSettle={set("text")}
        />
        <FilterField
          label={texts.names.path}
          className="is-code"
          placeholder={texts.pathPlace}
          note={isSupport ? texts.pathNoteSupport : texts.pathNote}
          problem={refused("path")}
          value={search["path"] ?? ""}
          onSettle={set("path")}
        />
        {(["tool", "lane"] as const).map((name) => (
          <ChoiceFilter
            key={name}
            label={texts.names[name]}
            value={search[name] ?? ""}
            options={options[name]}
            onChange={set(name)}
          />
        ))}
        <FilterField
          label={texts.names.error_code}
          list={codes}
          value={search["error_code"] ?? ""}
          onSettle={set("error_code")}
        />
        <datalist id={codes}>
          {words.error_codes.map(({ code, count }) => (
            <option
              key={code}
              value={code}
              label={String(count)}
            />
          ))}
        </datalist>
      </div>
      <div className="filter-row is-loose">
        <StatusFilter
          shown={listOf(search, "status")}
          onChange={(shown) => change({ status: shown.join(",") })}
        />
        {shownFilters(search).length > 0 && (
          <Button kind="quiet" onClick={() => change(cleared(search))}>{texts.clear}</Button>
        )}
      </div>
      <MoreFilters search={search} set={set} />
    </search>
  );
}

function cleared(search: Search): SearchPatch {
  return Object.fromEntries(FILTERS.filter((name) => search[name]).map((name) => [name, undefined]));
}
