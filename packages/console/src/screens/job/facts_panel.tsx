/** What the job is: whose, of what, since when, until when; and the jobs that it is tied to. */
import { hrefTo } from "../../data/use_filters.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { CopyButton } from "../../ui/copy_button.tsx";
import { Duration, Moment, Whole } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { Panel } from "../../ui/panel.tsx";
import { FactList } from "./fact_list.tsx";
import { jobTexts } from "./texts.ts";
import type { Facts } from "./types.ts";

export function FactsPanel({ facts }: { facts: Facts }) {
  const texts = useTexts(jobTexts);
  const { job, user, quarantine, retried_as } = facts;
  const { labels } = texts;
  const named = (text: string, label: string) => (
    <span className="with-copy">
      <code>{text}</code>
      <CopyButton text={text} label={label} />
    </span>
  );
  return (
    <Panel title={texts.facts}>
      <FactList
        facts={[
          [labels.id, named(job.id, labels.id)],
          [
            labels.user,
            user && <Link key="u" href={hrefTo("/jobs", { user_id: user.id })}>{user.email ?? user.id}</Link>,
          ],
          [texts.paused, user?.paused_until && <Moment key="m1" at={user.paused_until} />],
          [labels.tool, <Link key="t" href={hrefTo("/jobs", { tool: job.tool })}>{job.tool}</Link>],
          [labels.lane, <Link key="l" href={hrefTo("/jobs", { lane: job.lane })}>{job.lane}</Link>],
          [labels.request_id, job.request_id && named(job.request_id, labels.request_id)],
          [labels.attempt, texts.of(String(job.attempt), String(job.max_attempts))],
          [labels.priority, job.priority === 0 ? null : String(job.priority)],
          [labels.price, <Whole key="p" value={job.credits_charged} />],
          [labels.age, <Duration key="a" ms={job.age_ms} />],
          [labels.created, <Moment key="c" at={job.created_at} />],
          [labels.scheduled, job.run_at && <Moment key="m2" at={job.run_at} />],
          [labels.deadline, job.deadline_at && !job.completed_at && <Moment key="m3" at={job.deadline_at} />],
          [labels.expires, !job.completed_at && <Moment key="m4" at={job.expires_at} />],
          [labels.ended, job.completed_at && <Moment key="m5" at={job.completed_at} />],
          [texts.retriedFrom, job.retried_from && <JobLink key="m6" id={job.retried_from} />],
          [texts.retriedAs, retried_as && <JobLink key="m7" id={retried_as} />],
          [
            texts.setAside,
            quarantine.length > 0 && quarantine.map(({ part, error }) => `${part}: ${error}`).join("; "),
          ],
        ]}
      />
      {job.error_code && (
        <p>
          <Link
            href={hrefTo("/jobs", {
              lane: job.lane,
              status: "failed",
              error_code: job.error_code,
              failed_step: job.failed_at_step ?? undefined,
            })}
          >
            {texts.like}
          </Link>
        </p>
      )}
    </Panel>
  );
}

function JobLink({ id }: { id: string }) {
  return (
    <Link href={`/jobs/${id}`}>
      <code>{id}</code>
    </Link>
  );
}
