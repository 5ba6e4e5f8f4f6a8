/** The audit's columns. */
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import type { Column } from "../../ui/data_table.tsx";
import { Moment } from "../../ui/figures.tsx";
import { type Act, countsOf, inOneLine } from "./act.ts";
import { CreditsWord } from "./credits_word.tsx";
import { RunLink } from "./run_link.tsx";
import { auditTexts } from "./texts.ts";
import { useActionWord } from "./use_action_word.ts";
import { Who } from "./who.tsx";

export function useAuditColumns(): readonly Column<Act>[] {
  const { head, of, forgotten } = useTexts(auditTexts);
  const [language] = useLanguage();
  const word = useActionWord();
  return [
    { id: "at", head: head.at, width: "120px", cell: ({ at }) => <Moment at={at} /> },
    { id: "who", head: head.who, width: "minmax(140px, 1.5fr)", cell: (act) => <Who act={act} /> },
    {
      id: "action",
      head: head.action,
      width: "minmax(110px, 1fr)",
      isMain: true,
      cell: ({ action }) => word(action),
    },
    {
      id: "filter",
      head: head.filter,
      width: "minmax(170px, 2fr)",
      cell: ({ filter, is_forgotten }) =>
        is_forgotten
          ? <span className="quiet">{forgotten}</span>
          : <code className="one-line">{inOneLine(filter)}</code>,
    },
    {
      id: "counts",
      head: head.counts,
      width: "80px",
      align: "end",
      cell: (act) => {
        const counts = countsOf(act);
        return counts ? of(wholeIn(language, counts.qualified), wholeIn(language, counts.matched)) : "–";
      },
    },
    {
      id: "credits",
      head: head.credits,
      width: "100px",
      align: "end",
      cell: ({ credits }) => <CreditsWord credits={credits} />,
    },
    { id: "reason", head: head.reason, width: "minmax(120px, 1.5fr)", cell: ({ reason }) => reason ?? "–" },
    { id: "run", head: head.run, width: "minmax(120px, 1fr)", cell: (act) => <RunLink act={act} /> },
  ];
}
