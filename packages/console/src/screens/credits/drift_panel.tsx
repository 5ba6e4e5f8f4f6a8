/** Looks, when asked, whether the whole ledger adds up. */
import { useState } from "react";
import { hrefTo } from "../../data/use_filters.ts";
import { useReport } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Link } from "../../ui/link.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/tag.tsx";
import type { Drift } from "./money.ts";
import { creditsTexts } from "./texts.ts";

const MOST = 1_000;

export function DriftPanel() {
  const { drift: texts } = useTexts(creditsTexts);
  const [isAsked, setIsAsked] = useState(false);
  const { data, error, refetch, isFetching } = useReport<Drift>("credit_drift", {}, {
    enabled: isAsked,
    every: false,
  });
  const look = () => isAsked ? void refetch() : setIsAsked(true);
  const columns = useColumns();
  return (
    <Panel
      title={texts.title}
      note={texts.note}
      actions={
        <Button disabled={isFetching} onClick={look}>{isFetching ? texts.checking : texts.check}</Button>
      }
      isFlush={Boolean(data && data.length > 0)}
    >
      {error && <Problem error={error} />}
      {data && (
        <p role="status" className="drift-result">
          <Tag tone={data.length === 0 ? "good" : "bad"}>
            {data.length === 0 ? texts.fine : texts.found(data.length)}
          </Tag>
          {data.length === MOST && texts.most}
        </p>
      )}
      {data && data.length > 0 && (
        <DataTable
          label={texts.title}
          rows={data}
          columns={columns}
          keyOf={({ user_id, job_id, problem }) => `${user_id} ${job_id} ${problem}`}
        />
      )}
    </Panel>
  );
}

function useColumns(): readonly Column<Drift>[] {
  const { drift: texts } = useTexts(creditsTexts);
  return [
    {
      id: "problem",
      head: texts.problem,
      width: "minmax(260px, 3fr)",
      isMain: true,
      cell: ({ problem }) => problem,
    },
    {
      id: "user",
      head: texts.user,
      width: "minmax(180px, 1fr)",
      cell: ({ user_id }) =>
        user_id
          ? (
            <Link href={hrefTo("/credits", { user: user_id })}>
              <code>{user_id.slice(-12)}</code>
            </Link>
          )
          : "–",
    },
    {
      id: "job",
      head: texts.job,
      width: "minmax(180px, 1fr)",
      cell: ({ job_id }) =>
        job_id
          ? (
            <Link href={`/jobs/${job_id}`}>
              <code>{job_id.slice(-12)}</code>
            </Link>
          )
          : "–",
    },
  ];
}
