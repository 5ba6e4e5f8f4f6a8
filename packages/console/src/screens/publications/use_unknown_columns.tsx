/** What is told of each publication of which nobody knows. */
import { useMemo } from "react";
import { useTexts } from "../../texts/use_texts.ts";
import type { Column } from "../../ui/data_table.tsx";
import { Duration, Moment, Whole } from "../../ui/figures.tsx";
import { Menu } from "../../ui/menu.tsx";
import { useNames } from "./names.ts";
import type { Resolution, UnknownLine } from "./rows.ts";
import { publicationsTexts } from "./texts.ts";

/** `resolve`: says of jobs what was seen; null: the reader may not. */
export function useUnknownColumns(
  resolve: ((ids: readonly string[], resolved: Resolution) => void) | null,
): readonly Column<UnknownLine>[] {
  const { unknown: texts } = useTexts(publicationsTexts);
  const names = useNames();
  return useMemo(() => [
    {
      id: "what",
      head: texts.what,
      width: "minmax(150px, 1fr)",
      isMain: true,
      cell: ({ option }) => names.option(option),
    },
    {
      id: "account",
      head: texts.account,
      width: "minmax(120px, 1fr)",
      cell: ({ account }) => account ?? "–",
    },
    {
      id: "user",
      head: texts.user,
      width: "minmax(140px, 1fr)",
      cell: ({ user_email, user_id }) => user_email ?? user_id,
    },
    { id: "since", head: texts.since, width: "150px", cell: ({ unknown_at }) => <Moment at={unknown_at} /> },
    { id: "left", head: texts.left, width: "110px", cell: ({ left_ms }) => <Duration ms={left_ms} /> },
    {
      id: "price",
      head: texts.price,
      width: "70px",
      align: "end",
      cell: ({ credits_charged }) => <Whole value={credits_charged} />,
    },
    {
      id: "caption",
      head: texts.caption,
      width: "minmax(120px, 2fr)",
      cell: ({ caption }) => caption ?? "–",
    },
    ...resolve
      ? [{
        id: "acts",
        head: texts.actsHead,
        width: "70px",
        cell: ({ job_id, option }: UnknownLine) => (
          <Menu
            label={texts.acts(names.option(option))}
            items={[
              { label: texts.there, onSelect: () => resolve([job_id], "there") },
              { label: texts.notThere, onSelect: () => resolve([job_id], "not_there") },
            ]}
          />
        ),
      }]
      : [],
  ], [texts, names, resolve]);
}
