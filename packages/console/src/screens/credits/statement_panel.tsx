/** A user, and what came and went of their credits: the last first, each with what there was after it. */
import { useLanguage } from "@esteira/preferences";
import { useOpsPages } from "../../data/use_ops.ts";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Moment, Whole } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/tag.tsx";
import { type Entry, signedIn, type StatementPage } from "./money.ts";
import { creditsTexts } from "./texts.ts";
import { UserPanel } from "./user_panel.tsx";

const PAGE = 100;

export function StatementPanel({ userId, onClose }: { userId: string; onClose: () => void }) {
  const { statement: texts } = useTexts(creditsTexts);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useOpsPages<StatementPage>(
    "statement",
    { p_user_id: userId, p_limit: PAGE },
    { next: ({ next }) => next && { p_before: next } },
    { hints: "jobs" },
  );
  const columns = useColumns();
  if (error) return <Problem error={error} onAgain={() => void refetch()} />;
  const user = data?.pages[0]?.user;
  // What was shown of another user stands there no longer than it takes to see whose it is.
  if (!user || user.user_id !== userId) return <Loading />;
  return (
    <>
      <UserPanel user={user} onClose={onClose} />
      <Panel title={texts.title} isFlush>
        <DataTable
          label={texts.title}
          name="statement"
          rows={data.pages.flatMap(({ entries }) => entries)}
          columns={columns}
          keyOf={({ entry_id }) => String(entry_id)}
          {...hasNextPage && !isFetchingNextPage && { onEnd: () => void fetchNextPage() }}
          isLoadingMore={isFetchingNextPage}
          empty={texts.empty}
        />
      </Panel>
    </>
  );
}

function useColumns(): readonly Column<Entry>[] {
  const { statement: texts } = useTexts(creditsTexts);
  const [language] = useLanguage();
  return [
    { id: "at", head: texts.at, width: "140px", cell: ({ at }) => <Moment at={at} /> },
    { id: "kind", head: texts.kind, isMain: true, cell: ({ kind }) => texts.kinds[kind] },
    {
      id: "amount",
      head: texts.amount,
      align: "end",
      width: "minmax(110px, 1fr)",
      cell: ({ amount }) => <span className="figure">{signedIn(language, amount)}</span>,
    },
    {
      id: "balance",
      head: texts.balance,
      align: "end",
      width: "minmax(120px, 1fr)",
      cell: ({ balance, noted_balance, is_off }) => (
        <span>
          <Whole value={balance} />
          {is_off && <Tag tone="bad">{texts.off(wholeIn(language, noted_balance))}</Tag>}
        </span>
      ),
    },
    {
      id: "what",
      head: texts.what,
      width: "minmax(170px, 1.5fr)",
      cell: ({ job_id, tool, is_counted }) =>
        job_id
          ? (
            <span>
              <Link href={`/jobs/${job_id}`}>
                {tool} <code>{job_id.slice(-12)}</code>
              </Link>
              {is_counted && <span className="quiet">{` · ${texts.counted}`}</span>}
            </span>
          )
          : "–",
    },
    { id: "note", head: texts.note, width: "minmax(160px, 2fr)", cell: ({ note }) => note ?? "–" },
    {
      id: "reference",
      head: texts.reference,
      width: "minmax(120px, 1fr)",
      cell: ({ reference }) => reference ? <code title={reference}>{reference}</code> : "–",
    },
  ];
}
