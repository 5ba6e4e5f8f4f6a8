/** All jobs: narrowed by anything, each view with an address of its own, acted on one by one or all that match. */
import { useEffect, useState } from "react";
import { useFilters } from "../../data/use_filters.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { DataTable } from "../../ui/data_table.tsx";
import { Page } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { useJobColumns } from "./columns.tsx";
import { FilterBar } from "./filter_bar.tsx";
import { filterOf } from "./filters.ts";
import "./jobs.css";
import { LookedNote } from "./looked_note.tsx";
import { SelectionBar } from "./selection_bar.tsx";
import { jobsTexts } from "./texts.ts";
import { useFoundJobs } from "./use_found_jobs.ts";
import { ViewsBar } from "./views_bar.tsx";

const NOTHING: ReadonlySet<string> = new Set();

export function JobsScreen() {
  const names = useTexts(screenTexts);
  const texts = useTexts(jobsTexts);
  const [search] = useFilters();
  const filter = filterOf(search);
  const found = useFoundJobs(filter);
  const columns = useJobColumns();
  const [selected, setSelected] = useState(NOTHING);
  const [isAll, setIsAll] = useState(false);
  const clear = () => {
    setSelected(NOTHING);
    setIsAll(false);
  };
  // What was selected under other filters is not in sight any more.
  useEffect(clear, [JSON.stringify(filter)]);
  const isRefused = found.error?.code === "invalid_filter";
  return (
    <Page title={names.jobs} lead={texts.lead}>
      <ViewsBar />
      <FilterBar error={found.error} />
      {found.error && !(isRefused && found.error.hint === "path") && <Problem error={found.error} />}
      <SelectionBar selected={selected} isAll={isAll} onAll={() => setIsAll(true)} onClear={clear} />
      {!isRefused && (
        <section className="panel is-flush jobs-list" aria-label={texts.list}>
          <DataTable
            name="jobs"
            label={texts.list}
            rows={found.jobs}
            columns={columns}
            keyOf={({ id }) => id}
            hrefOf={({ id }) => `/jobs/${id}`}
            selection={{
              selected,
              change(selected) {
                setIsAll(false);
                setSelected(selected);
              },
            }}
            onEnd={found.goOn}
            isLoading={found.isLoading}
            isLoadingMore={found.isLooking}
            empty={found.isComplete ? texts.nothing : texts.nothingYet}
          />
          <LookedNote found={found} />
        </section>
      )}
    </Page>
  );
}
