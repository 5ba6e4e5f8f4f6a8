/** The schedules: each part with its last beat and its next, what fails as a whole, and what was set aside. */
import { useOps } from "../../data/use_ops.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import type { Schedules } from "./answers.ts";
import { Faults } from "./faults.tsx";
import { Mends } from "./mends.tsx";
import { Parts } from "./parts.tsx";
import { Quarantine } from "./quarantine.tsx";
import "./schedules.css";
import { schedulesTexts } from "./texts.ts";

export function SchedulesScreen() {
  const names = useTexts(screenTexts);
  const t = useTexts(schedulesTexts);
  const { data, error, refetch } = useOps<Schedules>("schedules", {}, { every: 5_000, hints: "ops" });
  return (
    <Page title={names.schedules} lead={t.lead}>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && (
        <>
          <Mends parts={data.parts} />
          <Quarantine rows={data.quarantine} all={data.quarantined} />
          <Parts parts={data.parts} />
          <Faults faults={data.faults} />
        </>
      )}
    </Page>
  );
}
