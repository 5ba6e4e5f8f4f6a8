/** One run: how far it is, what was not done and why, and what stops it or takes it up again. */
import { useParams } from "@tanstack/react-router";
import { FilterWords } from "../../act/filter_words.tsx";
import { ProgressView } from "../../act/progress_view.tsx";
import { RunControl } from "../../act/run_control.tsx";
import { actionName, actTexts } from "../../act/texts.ts";
import { useOps } from "../../data/use_ops.ts";
import { useOperator } from "../../session/operator.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Moment } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { NotDoneTable } from "./not_done_table.tsx";
import type { Run } from "./run_line.ts";
import { RunStateTag } from "./run_state_tag.tsx";
import { runsTexts } from "./texts.ts";
import "./runs.css";

const EVERY_MS = 2_000;

export function RunScreen() {
  const { id = "" } = useParams({ strict: false });
  const names = useTexts(screenTexts);
  const acts = useTexts(actTexts);
  const texts = useTexts(runsTexts);
  const { me } = useOperator();
  const { data, error, refetch } = useOps<Run>("run", { p_run_id: id }, { every: EVERY_MS, hints: "ops" });
  const run = data?.run_id === id ? data : undefined;
  return (
    <Page
      title={run ? actionName(acts, run.action) : names.runs}
      lead={<Link href="/runs">{texts.toRuns}</Link>}
      {...run && { actions: <RunControl runId={id} state={run.state} isOwn={run.actor === me.user_id} /> }}
    >
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {!run && !error && <Loading />}
      {run && (
        <>
          <Panel title={texts.progress} note={<RunStateTag state={run.state} />}>
            <ProgressView progress={run} />
          </Panel>
          <Panel title={texts.about}>
            <dl className="run-facts">
              <dt>{texts.heads.filter}</dt>
              <dd>
                <FilterWords filter={run.filter} />
              </dd>
              <dt>{texts.heads.reason}</dt>
              <dd>{run.reason ?? "–"}</dd>
              <dt>{texts.by}</dt>
              <dd>{run.actor ?? texts.byServer} ({run.actor_role})</dd>
              <dt>{texts.heads.begun}</dt>
              <dd>
                <Moment at={run.begun_at} />
              </dd>
              <dt>{texts.beat}</dt>
              <dd>
                <Moment at={run.beat_at} />
              </dd>
              <dt>{texts.heads.ended}</dt>
              <dd>
                <Moment at={run.ended_at} />
              </dd>
            </dl>
          </Panel>
          {run.not_done.length > 0 && <NotDoneTable items={run.not_done} />}
        </>
      )}
    </Page>
  );
}
