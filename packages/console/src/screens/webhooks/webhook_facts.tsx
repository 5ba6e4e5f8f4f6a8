/** Around a webhook: when, of which job, and what was made of it. */
import type { ReactNode } from "react";
import { hrefTo } from "../../data/use_filters.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Duration, Moment } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { StatusBadge } from "../../ui/status_badge.tsx";
import { webhooksTexts } from "./texts.ts";
import { VerdictTag } from "./verdict_tag.tsx";
import type { InboxLine, InboxVerdict } from "./webhook.ts";

export function WebhookFacts({ line }: { line: InboxLine }) {
  const { head, verdictNotes, by, jobGone, one } = useTexts(webhooksTexts);
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      head.verdict,
      (
        <>
          <VerdictTag verdict={line.verdict} />{" "}
          <span className="quiet">{verdictNotes[line.verdict as InboxVerdict]}</span>
        </>
      ),
    ],
    ...line.is_refused
      ? [[one.first, <Moment key="first" at={line.first_at} />], [
        one.last,
        <Moment key="last" at={line.at} />,
      ]] as const
      : [[head.at, <Moment key="at" at={line.at} />], [
        head.after,
        <Duration key="ms" ms={line.after_ms} />,
      ]] as const,
    [head.provider, line.provider],
    [
      head.job,
      (
        <>
          <Link href={`/jobs/${line.job_id}`}>{line.job_id}</Link>{" "}
          {line.status ? <StatusBadge status={line.status} /> : <span className="quiet">{jobGone}</span>}
        </>
      ),
    ],
    [
      head.user,
      <Link key="user" href={hrefTo("/credits", { user: line.user_id })}>
        {line.user_email ?? line.user_id}
      </Link>,
    ],
    ...line.is_refused ? [] : [
      [head.attempt, line.attempt ?? "–"],
      [head.task, line.external_id ? <code key="task">{line.external_id}</code> : "–"],
      [head.verifiedBy, line.verified_by ? by(line.verified_by) : "–"],
    ] as const,
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
