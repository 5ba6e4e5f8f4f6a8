/** The rules: what each counts, where it opens, how it stands; admins set them. */
import { useState } from "react";
import { useFilters } from "../../data/use_filters.ts";
import { useOps } from "../../data/use_ops.ts";
import { useLanguage } from "@esteira/preferences";
import { useOperator } from "../../session/operator.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { DataTable } from "../../ui/data_table.tsx";
import { TextInput } from "../../ui/field.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import type { Rule } from "./answers.ts";
import { RuleDialog } from "./rule_dialog.tsx";
import { ruleName } from "./rule_names.ts";
import { alertsTexts } from "./texts.ts";
import { useRuleColumns } from "./use_rule_columns.tsx";

export function Rules() {
  const t = useTexts(alertsTexts);
  const [language] = useLanguage();
  const [{ find = "" }, set] = useFilters();
  const isAdmin = useOperator().me.role === "admin";
  const { data, error, isLoading, refetch } = useOps<readonly Rule[]>("alert_rules", {}, { hints: "ops" });
  const [edited, setEdited] = useState<Rule | null>(null);
  const columns = useRuleColumns(isAdmin ? setEdited : null);
  const sought = find.trim().toLowerCase();
  const nameOf = ({ name }: Rule) => ruleName(language, name);
  const rows = (data ?? [])
    .filter(({ name, count_name }) =>
      [name, count_name, ruleName(language, name)].some((text) => text.toLowerCase().includes(sought))
    )
    // What holds first, what is off last.
    .sort((one, other) => rank(one) - rank(other) || nameOf(one).localeCompare(nameOf(other), language));
  return (
    <>
      <div className="alerts-find">
        <TextInput
          type="search"
          label={t.find}
          note={isAdmin ? t.findNote : `${t.findNote}. ${t.forAdmins}`}
          value={find}
          onChange={({ target }) => set({ find: target.value }, { isReplacing: true })}
        />
      </div>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <Panel title={t.rules} note={data && String(rows.length)} isFlush>
        <DataTable
          label={t.rules}
          name="alert_rules"
          rows={rows}
          columns={columns}
          keyOf={({ name }) => name}
          isLoading={isLoading}
          empty={t.noRules}
        />
      </Panel>
      {edited && <RuleDialog rule={edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function rank({ is_enabled, open_alert }: Rule): number {
  if (open_alert !== null) return 0;
  return is_enabled ? 1 : 2;
}
