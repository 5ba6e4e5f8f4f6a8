/** What the inbox is narrowed to; all of it stands in the address. */
import type { Search, SearchPatch } from "../../data/use_filters.ts";
import { useOps } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/field.tsx";
import type { AccountPage } from "../accounts/account.ts";
import { webhooksTexts } from "./texts.ts";
import { TypedFilter } from "../../ui/typed_filter.tsx";
import { isId, REFUSED, STORED } from "./webhook.ts";

interface InboxFiltersProps {
  search: Search;
  change(patch: SearchPatch, options?: { isReplacing?: boolean }): void;
}

export function InboxFilters({ search, change }: InboxFiltersProps) {
  const { filters, verdicts } = useTexts(webhooksTexts);
  const { data } = useOps<AccountPage>("accounts", {}, { every: false });
  const providers = new Set(data?.accounts.map(({ provider }) => provider));
  if (search.provider) providers.add(search.provider);
  const { provider = "", verdict = "", refused = "", job = "" } = search;
  return (
    <div className="inbox-filters">
      <Select
        label={filters.provider}
        value={provider}
        onChange={({ target }) => change({ provider: target.value })}
        options={[
          { value: "", label: filters.allProviders },
          ...[...providers].sort().map((value) => ({ value, label: value })),
        ]}
      />
      <Select
        label={filters.verdict}
        value={verdict}
        onChange={({ target }) => change({ verdict: target.value })}
        options={[
          { value: "", label: filters.allVerdicts },
          ...[...STORED, ...REFUSED].map((value) => ({ value, label: verdicts[value] })),
        ]}
      />
      <Select
        label={filters.refused}
        value={refused}
        onChange={({ target }) => change({ refused: target.value })}
        options={[
          { value: "", label: filters.all },
          { value: "yes", label: filters.onlyRefused },
          { value: "no", label: filters.onlyStored },
        ]}
      />
      <TypedFilter
        label={filters.job}
        value={job}
        onTyped={(text) => change({ job: text }, { isReplacing: true })}
        problem={job && !isId(job) ? filters.noId : null}
        spellCheck={false}
      />
      {(provider || verdict || refused || job) && (
        <Button
          kind="quiet"
          onClick={() => change({ provider: "", verdict: "", refused: "", job: "" })}
        >
          {filters.clear}
        </Button>
      )}
    </div>
  );
}
