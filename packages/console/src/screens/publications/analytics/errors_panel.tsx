/** Why publications have failed, the most frequent first; those that nobody did again can be done again from here. */
import { useMemo } from "react";
import { useAct, useMay } from "../../../act/use_act.ts";
import { useFilters } from "../../../data/use_filters.ts";
import { useTexts } from "../../../texts/use_texts.ts";
import { Button } from "../../../ui/button.tsx";
import { type Column, DataTable } from "../../../ui/data_table.tsx";
import { Moment, Whole } from "../../../ui/figures.tsx";
import { Link } from "../../../ui/link.tsx";
import { Panel } from "../../../ui/panel.tsx";
import { failedJobsHref } from "../filters.ts";
import { useNames } from "../names.ts";
import { publicationsTexts } from "../texts.ts";
import type { ErrorCount } from "./figures.ts";

export function ErrorsPanel({ errors }: { errors: readonly ErrorCount[] }) {
  const { analytics: texts } = useTexts(publicationsTexts);
  const [search] = useFilters();
  return (
    <Panel title={texts.errors} isFlush>
      <DataTable
        label={texts.errors}
        rows={errors}
        columns={useColumns()}
        keyOf={({ error_code, option }) => `${error_code ?? ""} ${option}`}
        hrefOf={({ error_code, option }) =>
          failedJobsHref(search, { error_code: error_code ?? undefined, tool: option })}
        empty={texts.noErrors}
        maxHeight={520}
      />
    </Panel>
  );
}

function useColumns(): readonly Column<ErrorCount>[] {
  const { analytics: texts } = useTexts(publicationsTexts);
  const names = useNames();
  const act = useAct();
  const mayRedrive = useMay()("redrive");
  const [search] = useFilters();
  return useMemo(() => [
    {
      id: "code",
      head: texts.code,
      width: "minmax(180px, 2fr)",
      isMain: true,
      cell: ({ error_code }) => <code>{error_code ?? "–"}</code>,
    },
    {
      id: "option",
      head: texts.option,
      width: "minmax(150px, 1fr)",
      cell: ({ option }) => names.option(option),
    },
    {
      id: "count",
      head: texts.count,
      align: "end",
      width: "90px",
      cell: ({ count }) => <Whole value={count} />,
    },
    {
      id: "dead",
      head: texts.deadShort,
      align: "end",
      width: "110px",
      cell: ({ dead }) => <Whole value={dead} />,
    },
    {
      id: "last",
      head: texts.last,
      width: "minmax(170px, 1fr)",
      cell: ({ last_at, job_id }) => (
        <>
          <Moment at={last_at} /> <Link href={`/jobs/${job_id}`}>{texts.lastJob}</Link>
        </>
      ),
    },
    ...mayRedrive && !search["user_email"] && !search["connection_id"]
      ? [{
        id: "acts",
        head: texts.acts,
        width: "110px",
        cell: ({ error_code, option, dead }: ErrorCount) =>
          dead > 0 && error_code && (
            <Button
              aria-label={texts.redriveOf(error_code, names.option(option))}
              onClick={() =>
                act({
                  action: "redrive",
                  filter: {
                    tool: option,
                    error_code,
                    ...search["user_id"] && { user_id: search["user_id"] },
                  },
                })}
            >
              {texts.redrive}
            </Button>
          ),
      }]
      : [],
  ], [texts, names, act, mayRedrive, search]);
}
