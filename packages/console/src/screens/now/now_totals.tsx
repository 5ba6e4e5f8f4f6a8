/** The figures above all lanes. */
import { hrefTo } from "../../data/use_filters.ts";
import { useLanguage } from "@esteira/preferences";
import { shareIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Whole } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { Stat, Stats } from "../../ui/stat.tsx";
import type { Totals } from "./lane_line.ts";
import { nowTexts } from "./texts.ts";

export function NowTotals({ totals }: { totals: Totals }) {
  const texts = useTexts(nowTexts);
  const [language] = useLanguage();
  const {
    running,
    slots,
    waiting,
    scheduled,
    ended,
    failed,
    alerts_open,
    runs_open,
    lanes_paused,
    circuits_open,
  } = totals;
  const stops = [
    lanes_paused > 0 && texts.lanesPaused(lanes_paused),
    circuits_open > 0 && texts.circuitsOpen(circuits_open),
    totals.set_aside > 0 && texts.setAside(totals.set_aside),
  ].filter(Boolean).join(" · ");
  return (
    <Stats>
      <Stat
        label={texts.running}
        value={
          <>
            <Whole value={running} />
            <span className="quiet">
              /<Whole value={slots} />
            </span>
          </>
        }
        {...stops && { note: stops, tone: "warn" as const }}
      />
      <Stat
        label={texts.waiting}
        value={<Whole value={waiting} />}
        {...scheduled > 0 && { note: texts.scheduled(scheduled) }}
      />
      <Stat label={texts.ended} value={<Whole value={ended} />} note={texts.ofTheHour} />
      <Stat
        label={texts.failed}
        value={<Whole value={failed} />}
        tone={failed > 0 && failed * 5 >= ended ? "bad" : "plain"}
        note={ended > 0
          ? (
            <Link href={hrefTo("/failures", { since: "1h" })}>
              {texts.toFailures(shareIn(language, failed / ended))}
            </Link>
          )
          : texts.ofTheHour}
      />
      <Stat
        label={texts.alerts}
        value={
          <Link href="/alerts">
            <Whole value={alerts_open} />
          </Link>
        }
        tone={alerts_open > 0 ? "bad" : "plain"}
        {...runs_open > 0 && { note: <Link href="/runs">{texts.runsOpen(runs_open)}</Link> }}
      />
    </Stats>
  );
}
