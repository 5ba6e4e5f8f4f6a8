/** One check of the doctor: what it looks at, what it has found, what repairs it. */
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { LevelBadge } from "../../ui/level_badge.tsx";
import { RawText } from "../../ui/raw_text.tsx";
import type { Check } from "./answers.ts";
import { checkKind, isWrong } from "./check_kind.ts";
import { realtimeTexts } from "./texts.ts";

export function CheckLine({ check, onRepair }: { check: Check; onRepair?: () => void }) {
  const t = useTexts(realtimeTexts);
  const { verdict, check_name, detail, repair_sql } = check;
  return (
    <li className={`check is-${verdict}`}>
      <LevelBadge level={verdict} />
      <div className="check-words">
        <h3>{t.checks[checkKind(check)]}</h3>
        <p lang="en">{detail}</p>
        <code>{check_name}</code>
        {isWrong(check) && repair_sql && <RawText text={repair_sql} label={t.repairs} />}
        {isWrong(check) && !repair_sql && <p className="quiet">{t.noRepair}</p>}
      </div>
      {isWrong(check) && repair_sql && onRepair && (
        <Button aria-label={`${t.repair}: ${check_name}`} onClick={onRepair}>{t.repair}</Button>
      )}
    </li>
  );
}
