/** One job: first why it stands where it stands, then where its time went, then all the rest. */
import { useParams } from "@tanstack/react-router";
import { useOps } from "../../data/use_ops.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { Link } from "../../ui/link.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { StatusBadge } from "../../ui/status_badge.tsx";
import { Acts } from "./acts.tsx";
import { Attempts } from "./attempts.tsx";
import { Deliveries } from "./deliveries.tsx";
import { FactsPanel } from "./facts_panel.tsx";
import { Gantt } from "./gantt.tsx";
import { History } from "./history.tsx";
import "./job.css";
import { JobActions } from "./job_actions.tsx";
import { Ledger } from "./ledger.tsx";
import { PublicationPanel } from "./publication_panel.tsx";
import { RawParts } from "./raw_parts.tsx";
import { jobTexts } from "./texts.ts";
import type { Facts, Timeline } from "./types.ts";
import { VerdictsPanel } from "./verdicts_panel.tsx";
import { Webhooks } from "./webhooks.tsx";

/** Made anew for each job, so that nothing of another is ever shown under its name. */
export function JobScreen() {
  const { id = "" } = useParams({ strict: false });
  return UUID.test(id) ? <Job key={id} id={id} /> : <NoJob />;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function NoJob() {
  const names = useTexts(screenTexts);
  const texts = useTexts(jobTexts);
  return (
    <Page title={names.jobs} lead={<Link href="/jobs">{texts.back}</Link>}>
      <Empty>{texts.notFound}</Empty>
    </Page>
  );
}

function Job({ id }: { id: string }) {
  const names = useTexts(screenTexts);
  const texts = useTexts(jobTexts);
  const { data: facts, error } = useOps<Facts>("job_facts", { p_job_id: id }, { hints: "jobs" });
  const { data: timeline } = useOps<Timeline>("timeline", { p_job_id: id }, { hints: "jobs" });
  const back = <Link href="/jobs">{texts.back}</Link>;
  if (!facts) {
    return (
      <Page title={names.jobs} lead={back}>
        {error ? <Problem error={error} /> : <Loading />}
      </Page>
    );
  }
  const { job } = facts;
  return (
    <Page
      title={texts.job(job.tool)}
      lead={
        <>
          {back} · <StatusBadge status={job.status} /> <code className="job-id">{job.id}</code>
        </>
      }
      actions={<JobActions facts={facts} />}
    >
      {error && <Problem error={error} />}
      <VerdictsPanel id={id} timeline={timeline} />
      {timeline && <Gantt timeline={timeline} />}
      <div className="job-columns">
        <div className="job-main">
          {facts.publication && <PublicationPanel publication={facts.publication} />}
          {timeline && <History steps={timeline.steps} />}
          <Attempts attempts={facts.attempts} />
          <RawParts id={id} />
          <Webhooks facts={facts} />
        </div>
        <div className="job-side">
          <FactsPanel facts={facts} />
          <Ledger facts={facts} />
          <Deliveries facts={facts} />
          <Acts acts={facts.acts} />
        </div>
      </div>
    </Page>
  );
}
