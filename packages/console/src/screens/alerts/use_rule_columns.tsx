/** The columns of the rules. */
import { useMemo } from "react";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import type { Column } from "../../ui/data_table.tsx";
import { Duration, Whole } from "../../ui/figures.tsx";
import { Tag } from "../../ui/tag.tsx";
import type { Rule } from "./answers.ts";
import { ruleName } from "./rule_names.ts";
import { alertsTexts } from "./texts.ts";

/** `onEdit`: null for who may not. */
export function useRuleColumns(onEdit: ((rule: Rule) => void) | null): readonly Column<Rule>[] {
  const t = useTexts(alertsTexts);
  const [language] = useLanguage();
  return useMemo(() => [
    {
      id: "rule",
      head: t.rule,
      isMain: true,
      width: "minmax(220px, 2fr)",
      cell: ({ name, is_shipped, is_changed }) => (
        <span>
          {ruleName(language, name)} {is_changed && <Tag tone="accent">{t.changed}</Tag>}
          {!is_shipped && <Tag tone="quiet">{t.own}</Tag>}
        </span>
      ),
    },
    { id: "state", head: t.state, width: "110px", cell: (rule) => <State rule={rule} /> },
    {
      id: "counts",
      head: t.counts,
      width: "minmax(180px, 2fr)",
      cell: ({ count_name }) => <span lang="en">{count_name}</span>,
    },
    { id: "last", head: t.last, align: "end", cell: ({ count }) => <Whole value={count} /> },
    {
      id: "threshold",
      head: t.threshold,
      align: "end",
      cell: ({ threshold }) => <Whole value={threshold} />,
    },
    {
      id: "closes",
      head: t.closesBelow,
      align: "end",
      isHiddenByDefault: true,
      cell: ({ close_below, threshold }) => <Whole value={close_below ?? threshold} />,
    },
    {
      id: "within",
      head: t.within,
      align: "end",
      cell: ({ look_back_ms }) => <Duration ms={look_back_ms} />,
    },
    {
      id: "subject",
      head: t.about,
      isHiddenByDefault: true,
      cell: ({ subject }) => subject ? <code>{subject}</code> : "–",
    },
    {
      id: "for",
      head: t.holdsFor,
      align: "end",
      isHiddenByDefault: true,
      cell: ({ above_ms }) => <Duration ms={above_ms} />,
    },
    {
      id: "week",
      head: t.week,
      align: "end",
      cell: ({ opened_in_a_week }) => <Whole value={opened_in_a_week} />,
    },
    ...onEdit
      ? [
        {
          id: "set",
          head: t.actions,
          width: "100px",
          align: "end",
          cell: (rule: Rule) => (
            <Button
              aria-label={`${t.edit}: ${ruleName(language, rule.name)}`}
              onClick={() => onEdit(rule)}
            >
              {t.edit}
            </Button>
          ),
        } as const,
      ]
      : [],
  ], [t, language, onEdit]);
}

function State({ rule: { is_enabled, open_alert } }: { rule: Rule }) {
  const t = useTexts(alertsTexts);
  if (open_alert !== null) return <Tag tone="bad">{t.holds}</Tag>;
  return is_enabled ? <Tag tone="good">{t.quiet}</Tag> : <Tag tone="quiet">{t.off}</Tag>;
}
