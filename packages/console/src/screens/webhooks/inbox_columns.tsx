/** The inbox's columns. */
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import type { Column } from "../../ui/data_table.tsx";
import { Duration, Moment } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { StatusBadge } from "../../ui/status_badge.tsx";
import { webhooksTexts } from "./texts.ts";
import { VerdictTag } from "./verdict_tag.tsx";
import type { InboxLine } from "./webhook.ts";

export function useInboxColumns(): readonly Column<InboxLine>[] {
  const { head, times, by, jobGone } = useTexts(webhooksTexts);
  const [language] = useLanguage();
  return [
    { id: "at", head: head.at, width: "120px", cell: ({ at }) => <Moment at={at} /> },
    { id: "provider", head: head.provider, width: "90px", cell: ({ provider }) => provider },
    {
      id: "verdict",
      head: head.verdict,
      width: "minmax(210px, 1.5fr)",
      isMain: true,
      cell: (line) => (
        <span>
          <VerdictTag verdict={line.verdict} /> {line.is_refused && times(wholeIn(language, line.times))}
        </span>
      ),
    },
    {
      id: "job",
      head: head.job,
      width: "minmax(170px, 1.5fr)",
      cell: ({ job_id, tool }) => (
        <Link href={`/jobs/${job_id}`}>
          {tool ?? jobGone} <code>{job_id.slice(-12)}</code>
        </Link>
      ),
    },
    {
      id: "status",
      head: head.status,
      width: "minmax(120px, 1fr)",
      cell: ({ status }) => status ? <StatusBadge status={status} /> : "–",
    },
    {
      id: "after",
      head: head.after,
      width: "120px",
      align: "end",
      cell: ({ after_ms }) => <Duration ms={after_ms} />,
    },
    {
      id: "user",
      head: head.user,
      width: "minmax(150px, 1.5fr)",
      cell: ({ user_email, user_id }) => user_email ?? user_id,
    },
    {
      id: "attempt",
      head: head.attempt,
      width: "90px",
      align: "end",
      isHiddenByDefault: true,
      cell: ({ attempt }) => attempt ?? "–",
    },
    { id: "task", head: head.task, isHiddenByDefault: true, cell: ({ external_id }) => external_id ?? "–" },
    {
      id: "verifiedBy",
      head: head.verifiedBy,
      isHiddenByDefault: true,
      cell: ({ verified_by }) => verified_by ? by(verified_by) : "–",
    },
  ];
}
