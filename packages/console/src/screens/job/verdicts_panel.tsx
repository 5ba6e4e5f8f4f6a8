/** Why the job stands where it stands, now or at a moment that is over. */
import { useFilters } from "../../data/use_filters.ts";
import { useOps } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { AsOf } from "./as_of.tsx";
import { jobTexts } from "./texts.ts";
import type { Timeline, Verdicts } from "./types.ts";
import { VerdictList } from "./verdict_list.tsx";
import { VerdictNow } from "./verdict_now.tsx";

export function VerdictsPanel({ id, timeline }: { id: string; timeline: Timeline | undefined }) {
  const [search] = useFilters();
  const texts = useTexts(jobTexts);
  const asOf = search["as_of"];
  const { data, error } = useOps<Verdicts>(
    "verdicts",
    { p_job_id: id, ...asOf && { p_as_of: asOf } },
    asOf ? { every: false } : { hints: "jobs" },
  );
  const first = data?.verdicts.find(({ rank }) => rank === 1);
  return (
    <Panel title={texts.verdict}>
      <div className="verdicts-panel">
        {timeline && <AsOf timeline={timeline} />}
        {error && <Problem error={error} />}
        {!data && !error && <Loading />}
        {data && !first && <Empty>{texts.noVerdict}</Empty>}
        {data && first && (
          <>
            <VerdictNow verdict={first} isNow={data.is_now} />
            <VerdictList verdicts={data.verdicts} />
          </>
        )}
      </div>
    </Panel>
  );
}
