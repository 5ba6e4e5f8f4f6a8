/** Asks before a repair, shows the very statement, and says what the check finds afterwards. */
import { useState } from "react";
import { useOpsCall } from "../../data/use_ops_call.ts";
import { commonTexts } from "../../texts/common.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { LevelBadge } from "../../ui/level_badge.tsx";
import { Problem } from "../../ui/problem.tsx";
import { RawText } from "../../ui/raw_text.tsx";
import type { Check } from "./answers.ts";
import { realtimeTexts } from "./texts.ts";

export function RepairDialog({ check, onClose }: { check: Check; onClose(): void }) {
  const t = useTexts(realtimeTexts);
  const common = useTexts(commonTexts);
  const { run, isRunning, error } = useOpsCall<Check>("repair");
  const [found, setFound] = useState<Check | null>(null);
  const repair = () => {
    run({ p_check: check.check_name }).then(setFound, () => {}); // the error is shown below
  };
  return (
    <Dialog title={`${t.repairTitle} ${check.check_name}`} lead={t.repairLead} onClose={onClose} isWide>
      <RawText text={check.repair_sql ?? ""} label={t.repairs} />
      {error && <Problem error={error} />}
      {found && (
        <p role="status" className="check-found">
          {t.repaired}: <LevelBadge level={found.verdict} /> <span lang="en">{found.detail}</span>
        </p>
      )}
      <footer className="dialog-foot">
        <Button onClick={onClose}>{found ? common.close : common.cancel}</Button>
        {!found && (
          <Button kind="danger" disabled={isRunning} onClick={repair}>
            {isRunning ? t.repairing : t.repair}
          </Button>
        )}
      </footer>
    </Dialog>
  );
}
