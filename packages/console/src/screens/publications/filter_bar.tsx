/** What the screen is narrowed to: platform, state, whose, and with which connection. */
import type { Search, SearchPatch } from "../../data/use_filters.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { SettledInput } from "../../ui/settled_input.tsx";
import { isNarrowed, knowsState, nothingOf, userPatch, type View } from "./filters.ts";
import { useNames } from "./names.ts";
import { PLATFORMS } from "./platform_mark.tsx";
import { STATES } from "./rows.ts";
import { publicationsTexts } from "./texts.ts";

interface FilterBarProps {
  search: Search;
  view: View;
  change(patch: SearchPatch): void;
}

export function FilterBar({ search, view, change }: FilterBarProps) {
  const { filters, states } = useTexts(publicationsTexts);
  const names = useNames();
  return (
    <div className="publication-filters" role="search" aria-label={filters.label}>
      <Select
        isBare
        label={filters.platform}
        value={search["platform"] ?? ""}
        onChange={({ target }) => change({ platform: target.value })}
        options={[
          { value: "", label: filters.allPlatforms },
          ...PLATFORMS.map((value) => ({ value, label: names.platform(value) })),
        ]}
      />
      {knowsState(view) && (
        <Select
          isBare
          label={filters.state}
          value={search["state"] ?? ""}
          onChange={({ target }) => change({ state: target.value })}
          options={[
            { value: "", label: filters.allStates },
            ...STATES.map((value) => ({ value, label: states[value] })),
          ]}
        />
      )}
      <SettledInput
        label={filters.user}
        shown={search["user_email"] ?? search["user_id"] ?? ""}
        onSettle={(text) => change(userPatch(text))}
      />
      {search["connection_id"] && (
        <Button onClick={() => change({ connection_id: undefined })}>
          {filters.connection(search["connection_id"])}
          <Icon name="close" size={14} />
        </Button>
      )}
      {isNarrowed(search, view) && (
        <Button kind="quiet" onClick={() => change(nothingOf)}>{filters.clear}</Button>
      )}
    </div>
  );
}
