/** Which connections are shown. */
import type { Search, SearchPatch } from "../../data/use_filters.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { SettledInput } from "../../ui/settled_input.tsx";
import { useNames } from "../publications/names.ts";
import { PLATFORMS } from "../publications/platform_mark.tsx";
import { CONNECTION_STATES } from "./rows.ts";
import { connectionsTexts } from "./texts.ts";

interface ConnectionFiltersProps {
  search: Search;
  change(patch: SearchPatch): void;
}

export function ConnectionFilters({ search, change }: ConnectionFiltersProps) {
  const { filters, head, states } = useTexts(connectionsTexts);
  const names = useNames();
  return (
    <div className="connection-filters" role="search" aria-label={filters.label}>
      <Select
        isBare
        label={head.platform}
        value={search["platform"] ?? ""}
        onChange={({ target }) => change({ platform: target.value })}
        options={[
          { value: "", label: filters.allPlatforms },
          ...PLATFORMS.map((value) => ({ value, label: names.platform(value) })),
        ]}
      />
      <Select
        isBare
        label={head.state}
        value={search["state"] ?? ""}
        onChange={({ target }) => change({ state: target.value })}
        options={[
          { value: "", label: filters.allStates },
          ...CONNECTION_STATES.map((value) => ({ value, label: states[value] })),
        ]}
      />
      <SettledInput label={filters.text} shown={search["text"] ?? ""} onSettle={(text) => change({ text })} />
      {search["user_id"] && (
        <Button onClick={() => change({ user_id: undefined })}>
          {filters.user}
          <Icon name="close" size={14} />
        </Button>
      )}
    </div>
  );
}
