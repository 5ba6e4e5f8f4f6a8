/** Who is an operator, and what changes that. */
import { useMemo, useState } from "react";
import { useOps } from "../../data/use_ops.ts";
import { useOperator } from "../../session/operator.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Moment } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/tag.tsx";
import type { OperatorRow } from "./answers.ts";
import { NewOperatorDialog } from "./new_operator_dialog.tsx";
import { RoleDialog } from "./role_dialog.tsx";
import { setupTexts } from "./texts.ts";

export function Operators() {
  const t = useTexts(setupTexts);
  const { me } = useOperator();
  const { data, error, isLoading, refetch } = useOps<OperatorRow[]>("operators", {}, {
    every: 60_000,
    hints: "ops",
  });
  const [changed, setChanged] = useState<OperatorRow | null>(null);
  const [isAdding, setIsAdding] = useState(false);
  const columns = useMemo((): readonly Column<OperatorRow>[] => [
    {
      id: "email",
      head: t.email,
      isMain: true,
      width: "minmax(200px, 2fr)",
      cell: ({ email, user_id }) => (
        <span className="setup-email">
          {email ?? user_id} {user_id === me.user_id && <Tag tone="quiet">{t.you}</Tag>}
        </span>
      ),
    },
    {
      id: "role",
      head: t.role,
      cell: ({ role }) => <Tag tone={role === "admin" ? "accent" : "plain"}>{t.roles[role]}</Tag>,
    },
    {
      id: "last",
      head: t.lastIn,
      width: "minmax(140px, 1fr)",
      cell: ({ last_sign_in_at }) => <Moment at={last_sign_in_at} />,
    },
    {
      id: "set",
      head: t.actions,
      width: "140px",
      align: "end",
      cell: (row) =>
        row.user_id !== me.user_id && (
          <Button
            aria-label={`${t.setRole}: ${row.email ?? row.user_id}`}
            onClick={() => setChanged(row)}
          >
            {t.setRole}
          </Button>
        ),
    },
  ], [t, me.user_id]);
  return (
    <Panel
      title={t.operators}
      note={t.operatorsLead}
      actions={<Button onClick={() => setIsAdding(true)}>{t.addOperator}</Button>}
      isFlush
    >
      {error ? <Problem error={error} onAgain={() => void refetch()} /> : (
        <DataTable
          label={t.operators}
          rows={data ?? []}
          columns={columns}
          keyOf={({ user_id }) => user_id}
          isLoading={isLoading}
          empty={t.noOperators}
          maxHeight={420}
        />
      )}
      {changed && <RoleDialog user={changed} onClose={() => setChanged(null)} />}
      {isAdding && <NewOperatorDialog onClose={() => setIsAdding(false)} />}
    </Panel>
  );
}
