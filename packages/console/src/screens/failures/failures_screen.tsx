/** What fails, added up by where and why, and a way to do it all again. */
import { useFilters } from "../../data/use_filters.ts";
import { useOps } from "../../data/use_ops.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Whole } from "../../ui/figures.tsx";
import { type Failures, spanOf, SPANS } from "./failure_group.ts";
import { FailureFilters } from "./failure_filters.tsx";
import { FailureTable } from "./failure_table.tsx";
import { failuresTexts } from "./texts.ts";
import "./failures.css";

const EVERY_MS = 30_000;
const FILTERS = ["lane", "tool", "error_code", "failed_step", "user_id"] as const;

export function FailuresScreen() {
  const names = useTexts(screenTexts);
  const texts = useTexts(failuresTexts);
  const [search, change] = useFilters();
  const span = spanOf(search["since"]);
  const filter = Object.fromEntries(FILTERS.flatMap((key) => search[key] ? [[key, search[key]]] : []));
  const { data, error, isPending, refetch } = useOps<Failures>(
    "failures",
    { p_since: SPANS[span], p_filter: filter },
    { every: EVERY_MS, hints: "ops" },
  );
  const groups = data?.groups ?? [];
  const scope = { among: filter, since: data?.since ?? "" };
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  return (
    <Page title={names.failures} lead={texts.lead}>
      <FailureFilters search={search} span={span} groups={groups} onChange={change} />
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <Panel
        title={texts.groups}
        isFlush
        {...data && {
          note: (
            <>
              <Whole value={count} /> {texts.jobs(count)}
            </>
          ),
        }}
      >
        <FailureTable groups={groups} scope={scope} isLoading={isPending && !error} />
        {data && !data.is_complete && (
          <p className="quiet failures-note">{texts.incomplete(data.looked_at)}</p>
        )}
      </Panel>
    </Page>
  );
}
