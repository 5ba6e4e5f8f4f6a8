/** The policies on what screens listen to and read, as the database has them. */
import { useMemo } from "react";
import { useReport } from "../../data/use_ops.ts";
import { useOperator } from "../../session/operator.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import type { Policy } from "./answers.ts";
import { realtimeTexts } from "./texts.ts";

export function Policies() {
  const t = useTexts(realtimeTexts);
  const isAdmin = useOperator().me.role === "admin";
  const { data, error, isLoading } = useReport<Policy>("realtime_policies", {}, {
    every: false,
    enabled: isAdmin,
  });
  const columns = useMemo((): readonly Column<Policy>[] => [
    {
      id: "policy",
      head: t.policy,
      isMain: true,
      width: "minmax(180px, 2fr)",
      cell: ({ policyname }) => policyname,
    },
    {
      id: "table",
      head: t.table,
      width: "minmax(150px, 1fr)",
      cell: ({ schemaname, tablename }) => <code>{schemaname}.{tablename}</code>,
    },
    { id: "command", head: t.command, width: "90px", cell: ({ cmd }) => <code>{cmd}</code> },
    { id: "roles", head: t.roles, width: "minmax(120px, 1fr)", cell: ({ roles }) => roles.join(", ") },
    {
      id: "condition",
      head: t.condition,
      width: "minmax(220px, 4fr)",
      cell: ({ qual, with_check }) => (
        <code className="realtime-condition">{qual ?? with_check ?? "true"}</code>
      ),
    },
  ], [t]);
  if (!isAdmin) return null;
  return (
    <Panel title={t.policies} note={t.policiesLead} isFlush>
      {error ? <Problem error={error} /> : (
        <DataTable
          label={t.policies}
          rows={data ?? []}
          columns={columns}
          keyOf={({ schemaname, tablename, policyname }) => `${schemaname}.${tablename}.${policyname}`}
          isLoading={isLoading}
          maxHeight={420}
        />
      )}
    </Panel>
  );
}
