/** What the audit is narrowed to; all of it stands in the address. */
import type { Search, SearchPatch } from "../../data/use_filters.ts";
import { useOps } from "../../data/use_ops.ts";
import { useOperator } from "../../session/operator.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/field.tsx";
import { TypedFilter } from "../../ui/typed_filter.tsx";
import { isId } from "../webhooks/webhook.ts";
import { ACTIONS } from "./act.ts";
import { auditTexts } from "./texts.ts";
import { useActionWord } from "./use_action_word.ts";

interface OperatorRow {
  readonly user_id: string;
  readonly email: string | null;
  readonly role: string;
}

interface AuditFiltersProps {
  search: Search;
  change(patch: SearchPatch, options?: { isReplacing?: boolean }): void;
}

export function AuditFilters({ search, change }: AuditFiltersProps) {
  const { filters } = useTexts(auditTexts);
  const { me } = useOperator();
  const word = useActionWord();
  const isAdmin = me.role === "admin";
  const { data = [] } = useOps<OperatorRow[]>("operators", {}, { every: false, enabled: isAdmin });
  const { actor = "", action = "", about = "", run = "" } = search;
  const people = data.map(({ user_id, email }) => ({ value: user_id, label: email ?? user_id }));
  // One who is an operator no more has left a trail all the same.
  if (actor && !people.some(({ value }) => value === actor)) people.push({ value: actor, label: actor });
  return (
    <div className="inbox-filters">
      {isAdmin && (
        <Select
          label={filters.actor}
          value={actor}
          onChange={({ target }) => change({ actor: target.value })}
          options={[{ value: "", label: filters.everybody }, ...people]}
        />
      )}
      <Select
        label={filters.action}
        value={action}
        onChange={({ target }) => change({ action: target.value })}
        options={[
          { value: "", label: filters.allActions },
          ...ACTIONS.map((value) => ({ value, label: word(value) })),
        ]}
      />
      <TypedFilter
        label={filters.about}
        value={about}
        onTyped={(text) => change({ about: text }, { isReplacing: true })}
        problem={about && !isId(about) ? filters.noId : null}
        spellCheck={false}
      />
      {run && <p className="quiet">{filters.run(run.slice(-12))}</p>}
      {(actor || action || about || run) && (
        <Button
          kind="quiet"
          onClick={() => change({ actor: "", action: "", about: "", run: "" })}
        >
          {filters.clear}
        </Button>
      )}
    </div>
  );
}
