/** The whole period in a few figures, and what can be done about those that failed. */
import { useAct, useMay } from "../../../act/use_act.ts";
import { useFilters } from "../../../data/use_filters.ts";
import { useLanguage } from "@esteira/preferences";
import { shareIn, wholeIn } from "../../../texts/format.ts";
import { useTexts } from "../../../texts/use_texts.ts";
import { Button } from "../../../ui/button.tsx";
import { Duration, Whole } from "../../../ui/figures.tsx";
import { Link } from "../../../ui/link.tsx";
import { Panel } from "../../../ui/panel.tsx";
import { Stat, Stats } from "../../../ui/stat.tsx";
import { failedJobsHref, publicationsHref } from "../filters.ts";
import { publicationsTexts } from "../texts.ts";
import type { Figures } from "./figures.ts";

export function Totals({ totals }: { totals: Figures }) {
  const { analytics: texts } = useTexts(publicationsTexts);
  const [language] = useLanguage();
  const [search] = useFilters();
  const { published, failed, unknown, dead, success, ms_from_due: due, ms_from_start: start } = totals;
  return (
    <Panel title={texts.totals} actions={dead > 0 && <RedriveAll />}>
      <Stats>
        <Stat
          label={texts.success}
          value={success === null ? "–" : shareIn(language, success)}
          note={texts.successNote(wholeIn(language, published), wholeIn(language, published + failed))}
        />
        <Stat label={texts.published} value={<Whole value={published} />} />
        <Stat
          label={texts.failed}
          value={<Link href={failedJobsHref(search, {})}>{wholeIn(language, failed)}</Link>}
          tone={failed > 0 ? "bad" : "plain"}
        />
        <Stat
          label={texts.dead}
          value={<Whole value={dead} />}
          note={texts.deadNote}
          tone={dead > 0 ? "bad" : "plain"}
        />
        <Stat
          label={texts.unknown}
          value={
            <Link href={publicationsHref(search, { view: "unknown" })}>{wholeIn(language, unknown)}</Link>
          }
          tone={unknown > 0 ? "warn" : "plain"}
        />
        <Stat label={texts.cancelled} value={<Whole value={totals.cancelled} />} />
        <Stat label={texts.retries} value={<Whole value={totals.retries} />} />
      </Stats>
      <Stats>
        <Stat label={texts.p50} value={<Duration ms={due.p50} />} note={texts.due} />
        <Stat label={texts.p95} value={<Duration ms={due.p95} />} note={texts.due} />
        <Stat label={texts.p50} value={<Duration ms={start.p50} />} note={texts.start} />
        <Stat label={texts.p95} value={<Duration ms={start.p95} />} note={texts.start} />
      </Stats>
    </Panel>
  );
}

/** All that have failed on the lane, whatever the period: the dialog says how many these are. */
function RedriveAll() {
  const { analytics: texts } = useTexts(publicationsTexts);
  const act = useAct();
  const mayRedrive = useMay()("redrive");
  const [search] = useFilters();
  // An action knows a user by their id alone, and no platform: where more is asked, it is done code by code below.
  if (!mayRedrive || search["platform"] || search["connection_id"] || search["user_email"]) return null;
  const filter = { lane: "publication", ...search["user_id"] && { user_id: search["user_id"] } };
  return <Button onClick={() => act({ action: "redrive", filter })}>{texts.redriveAll}</Button>;
}
