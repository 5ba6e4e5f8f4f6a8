/** Failures by what they share, the most frequent first. */
import { useMemo } from "react";
import { useTexts } from "../../texts/use_texts.ts";
import { useLanguage } from "@esteira/preferences";
import { stepName } from "@esteira/client/react";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Ago, Whole } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { Sparkline } from "../../ui/sparkline.tsx";
import { type CountedScope, type FailureGroup, hrefOf } from "./failure_group.ts";
import { Redrive } from "./redrive.tsx";
import { failuresTexts } from "./texts.ts";

interface FailureTableProps {
  groups: readonly FailureGroup[];
  scope: CountedScope;
  isLoading: boolean;
}

export function FailureTable({ groups, scope, isLoading }: FailureTableProps) {
  const { groups: label, heads, none, noCode, trend, example } = useTexts(failuresTexts);
  const [language] = useLanguage();
  const columns = useMemo((): Column<FailureGroup>[] => [
    {
      id: "what",
      head: heads.what,
      isMain: true,
      width: "minmax(180px, 2fr)",
      cell: ({ lane, error_code, failed_step }) => (
        <span className="failure-what">
          <span>{error_code ?? noCode}</span>
          <span className="quiet">{lane} · {stepName(failed_step, language)}</span>
        </span>
      ),
    },
    {
      id: "how",
      head: heads.how,
      width: "minmax(200px, 3fr)",
      cell: ({ sample_message, sample_id, tools }) => (
        <span className="failure-what">
          <span>{sample_message}</span>
          <span className="quiet">
            {toolsOf(tools)} · <Link href={`/jobs/${sample_id}`}>{example}</Link>
          </span>
        </span>
      ),
    },
    {
      id: "count",
      head: heads.count,
      width: "64px",
      align: "end",
      cell: ({ count }) => (
        <b>
          <Whole value={count} />
        </b>
      ),
    },
    {
      id: "users",
      head: heads.users,
      width: "76px",
      align: "end",
      cell: ({ users }) => <Whole value={users} />,
    },
    {
      id: "trend",
      head: heads.trend,
      width: "128px",
      cell: ({ trend: values, count }) => (
        <Sparkline values={values} tone="bad" label={trend(count, values.at(-1) ?? 0)} />
      ),
    },
    {
      id: "last",
      head: heads.last,
      width: "124px",
      align: "end",
      cell: ({ last_ms }) => <Ago ms={last_ms} />,
    },
    {
      id: "actions",
      head: heads.actions,
      width: "130px",
      align: "end",
      cell: (group) => <Redrive group={group} scope={scope} />,
    },
  ], [heads, language, scope]);
  return (
    <DataTable
      label={label}
      rows={groups}
      columns={columns}
      keyOf={({ fingerprint }) => fingerprint}
      hrefOf={hrefOf}
      isLoading={isLoading}
      empty={none}
    />
  );
}

/** A few of them, and how many more. */
function toolsOf(tools: readonly string[]): string {
  const more = tools.length - MOST_TOOLS;
  return tools.slice(0, MOST_TOOLS).join(", ") + (more > 0 ? ` +${more}` : "");
}

const MOST_TOOLS = 2;
