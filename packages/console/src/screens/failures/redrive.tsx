/** Does again all that failed alike: the dialog says first for how many it is, and what they pay. */
import { useAct, useMay } from "../../act/use_act.ts";
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { type CountedScope, type FailureGroup, filterOf } from "./failure_group.ts";
import { failuresTexts } from "./texts.ts";

export function Redrive({ group, scope }: { group: FailureGroup; scope: CountedScope }) {
  const texts = useTexts(failuresTexts);
  const [language] = useLanguage();
  const act = useAct();
  const may = useMay();
  const filter = filterOf(group, scope);
  if (group.redrivable === 0) return <span className="quiet">{texts.allRedriven}</span>;
  if (!may("redrive") || !filter) return <span className="quiet">{texts.open(group.redrivable)}</span>;
  const count = wholeIn(language, group.redrivable);
  return (
    <Button
      aria-label={`${texts.redrive(count)}: ${group.error_code}, ${group.lane}`}
      onClick={() =>
        act({ action: "redrive", filter, title: texts.redriveGroup(group.error_code ?? "", group.lane) })}
    >
      {texts.redrive(count)}
    </Button>
  );
}
