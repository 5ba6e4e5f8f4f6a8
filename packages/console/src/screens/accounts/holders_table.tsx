/** Who holds the slots of an account, and for how long. */
import { hrefTo } from "../../data/use_filters.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Duration } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { StatusBadge } from "../../ui/status_badge.tsx";
import { Tag } from "../../ui/tag.tsx";
import type { Holder } from "./account.ts";
import { accountsTexts } from "./texts.ts";

export function HoldersTable({ holders }: { holders: readonly Holder[] }) {
  const texts = useTexts(accountsTexts);
  const { holder: heads } = texts;
  const columns: readonly Column<Holder>[] = [
    {
      id: "job",
      head: heads.job,
      width: "minmax(200px, 2fr)",
      isMain: true,
      cell: ({ tool, job_id }) => (
        <span>
          {tool} <code className="quiet">{job_id.slice(-12)}</code>
        </span>
      ),
    },
    {
      id: "user",
      head: heads.user,
      width: "minmax(160px, 1.5fr)",
      cell: ({ user_id, user_email }) =>
        user_id && <Link href={hrefTo("/credits", { user: user_id })}>{user_email ?? user_id}</Link>,
    },
    {
      id: "status",
      head: heads.status,
      width: "minmax(150px, 1.5fr)",
      cell: (row) => (
        <span>
          {row.status ? <StatusBadge status={row.status} /> : <Tag tone="warn">{texts.jobGone}</Tag>}
          {row.status && row.is_job_over && <span className="quiet">{` ${texts.jobOver}`}</span>}
          {row.is_retiring && <span className="quiet">{` ${texts.leaves}`}</span>}
        </span>
      ),
    },
    {
      id: "attempt",
      head: heads.attempt,
      width: "90px",
      align: "end",
      cell: ({ attempt }) => attempt ?? "–",
    },
    {
      id: "task",
      head: heads.task,
      width: "minmax(120px, 1fr)",
      cell: ({ external_id }) => external_id ? <code>{external_id}</code> : "–",
    },
    {
      id: "held",
      head: heads.held,
      width: "110px",
      align: "end",
      cell: ({ held_ms }) => <Duration ms={held_ms} />,
    },
  ];
  return (
    <DataTable
      label={texts.holders}
      rows={holders}
      columns={columns}
      keyOf={({ slot_id }) => String(slot_id)}
      hrefOf={({ job_id }) => `/jobs/${job_id}`}
      empty={texts.noHolders}
    />
  );
}
