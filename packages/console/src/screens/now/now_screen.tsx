/** How everything stands at this moment: lanes, what is stuck, and what is open beside them. */
import { hrefTo, useFilters } from "../../data/use_filters.ts";
import { useOps } from "../../data/use_ops.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Moment } from "../../ui/figures.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { isInUse, type Now } from "./lane_line.ts";
import { LaneTable } from "./lane_table.tsx";
import { NowTotals } from "./now_totals.tsx";
import { StuckJobs } from "./stuck_jobs.tsx";
import { nowTexts } from "./texts.ts";
import "./now.css";

/**
 * By time alone. Lanes tell of each step of each job, and whoever asked at each of them would ask for all lanes every
 * second.
 */
const EVERY_MS = 5_000;

export function NowScreen() {
  const names = useTexts(screenTexts);
  const texts = useTexts(nowTexts);
  const [{ all }, change] = useFilters();
  const { data, error, refetch } = useOps<Now>("now", {}, { every: EVERY_MS, hints: "ops" });
  const inUse = data?.lanes.filter(isInUse) ?? [];
  const lanes = all ? data?.lanes ?? [] : inUse;
  const others = (data?.lanes.length ?? 0) - inUse.length;
  return (
    <Page
      title={names.now}
      {...data && {
        lead: (
          <>
            {texts.asOf} <Moment at={data.at} />
          </>
        ),
      }}
    >
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && (
        <>
          <NowTotals totals={data.totals} />
          <Panel
            title={texts.lanes}
            isFlush
            {...others > 0 && {
              actions: (
                <Button
                  kind="quiet"
                  aria-pressed={Boolean(all)}
                  onClick={() => change({ all: all ? undefined : "1" })}
                >
                  {all ? texts.hideOthers : texts.showOthers(others)}
                </Button>
              ),
            }}
          >
            <LaneTable lanes={lanes} hrefOf={({ lane }) => hrefTo("/jobs", { lane })} />
            {!data.is_complete && <p className="quiet now-note">{texts.incomplete}</p>}
          </Panel>
          <StuckJobs />
        </>
      )}
    </Page>
  );
}
