/** Every check between a change of a row and a screen: what is wrong first, each with the statement that repairs it. */
import { useState } from "react";
import { useReport } from "../../data/use_ops.ts";
import { useOperator } from "../../session/operator.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import type { Check } from "./answers.ts";
import { CheckLine } from "./check_line.tsx";
import { isWrong } from "./check_kind.ts";
import { RepairDialog } from "./repair_dialog.tsx";
import { realtimeTexts } from "./texts.ts";

export function Doctor() {
  const t = useTexts(realtimeTexts);
  const isAdmin = useOperator().me.role === "admin";
  const { data, error, refetch, isFetching } = useReport<Check>("realtime_doctor", {}, {
    every: 60_000,
    enabled: isAdmin,
  });
  const [repaired, setRepaired] = useState<Check | null>(null);
  if (!isAdmin) {
    return (
      <Panel title={t.doctor}>
        <Empty>{t.forAdmins}</Empty>
      </Panel>
    );
  }
  const wrong = data?.filter(isWrong) ?? [];
  const fine = data?.filter((check) => !isWrong(check)) ?? [];
  return (
    <Panel
      title={t.doctor}
      note={data && t.doctorNote(wrong.length, data.length)}
      actions={<Button aria-busy={isFetching} onClick={() => void refetch()}>{t.askAgain}</Button>}
    >
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {!data && !error && <Loading />}
      {wrong.length > 0 && (
        <ul className="checks">
          {wrong.map((check) => (
            <CheckLine
              key={check.check_name}
              check={check}
              onRepair={() => setRepaired(check)}
            />
          ))}
        </ul>
      )}
      {fine.length > 0 && (
        <details className="checks-fine">
          <summary>{t.fine(fine.length)}</summary>
          <ul className="checks">
            {fine.map((check) => <CheckLine key={check.check_name} check={check} />)}
          </ul>
        </details>
      )}
      {repaired && <RepairDialog check={repaired} onClose={() => setRepaired(null)} />}
    </Panel>
  );
}
