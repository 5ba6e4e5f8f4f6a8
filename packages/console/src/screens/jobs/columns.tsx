/** The columns of the list of jobs. */
import { type JobStep } from "../../../../../shared/words/steps.ts";
import { stepName } from "../../../../../shared/words/labels.ts";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import type { Column } from "../../ui/data_table.tsx";
import { Duration, Moment, Whole } from "../../ui/figures.tsx";
import { StatusBadge } from "../../ui/status_badge.tsx";
import { jobsTexts } from "./texts.ts";
import type { JobLine } from "./types.ts";

export function useJobColumns(): Column<JobLine>[] {
  const [language] = useLanguage();
  const { head, gone, of, retryOf, refunds } = useTexts(jobsTexts);
  return [
    {
      id: "job",
      head: head.job,
      width: "minmax(170px, 1.4fr)",
      isMain: true,
      cell: ({ tool, id, retried_from }) => (
        <>
          {tool} <code className="quiet">{id.slice(-8)}</code>
          {retried_from && (
            <span className="job-retry" title={retryOf} role="img" aria-label={retryOf}>↻</span>
          )}
        </>
      ),
    },
    {
      id: "status",
      head: head.status,
      width: "130px",
      cell: ({ status }) => <StatusBadge status={status} />,
    },
    {
      id: "where",
      head: head.where,
      width: "minmax(170px, 1.6fr)",
      cell: (job) => <Where job={job} step={(step) => stepName(step, language)} />,
    },
    { id: "lane", head: head.lane, cell: ({ lane }) => lane },
    {
      id: "user",
      head: head.user,
      width: "minmax(140px, 1.2fr)",
      cell: ({ user_email }) => user_email ?? <span className="quiet">{gone}</span>,
    },
    {
      id: "created",
      head: head.created,
      width: "120px",
      cell: ({ created_at }) => <Moment at={created_at} />,
    },
    { id: "age", head: head.age, align: "end", cell: ({ age_ms }) => <Duration ms={age_ms} /> },
    {
      id: "waited",
      head: head.waited,
      align: "end",
      isHiddenByDefault: true,
      cell: ({ waited_ms }) => <Duration ms={waited_ms} />,
    },
    {
      id: "ran",
      head: head.ran,
      align: "end",
      isHiddenByDefault: true,
      cell: ({ ran_ms }) => <Duration ms={ran_ms} />,
    },
    {
      id: "attempt",
      head: head.attempt,
      align: "end",
      isHiddenByDefault: true,
      cell: ({ attempt, max_attempts }) => of(String(attempt), String(max_attempts)),
    },
    {
      id: "credits",
      head: head.credits,
      align: "end",
      isHiddenByDefault: true,
      cell: ({ credits_charged }) => <Whole value={credits_charged} />,
    },
    {
      id: "refund",
      head: head.refund,
      width: "130px",
      isHiddenByDefault: true,
      cell: ({ refund }) => (refunds as Record<string, string>)[refund] ?? refund,
    },
    {
      id: "priority",
      head: head.priority,
      align: "end",
      isHiddenByDefault: true,
      cell: ({ priority }) => String(priority),
    },
  ];
}

/** The step that it is at; of what has failed, at which, and by what error. */
function Where({ job, step }: { job: JobLine; step(name: JobStep): string }) {
  const { current_step, failed_at_step, error_code, error_message, progress } = job;
  const at = step((failed_at_step ?? current_step) as JobStep);
  if (failed_at_step) {
    return (
      <span title={error_message ?? ""}>
        {at} <code className="job-error">{error_code}</code>
      </span>
    );
  }
  return <>{at}{progress !== null && current_step === "running" ? ` ${progress}%` : ""}</>;
}
