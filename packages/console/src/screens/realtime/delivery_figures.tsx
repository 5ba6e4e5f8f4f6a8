/** The figures that say at a glance whether realtime is well. */
import { useLanguage } from "@esteira/preferences";
import { shareIn, wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Stat, Stats } from "../../ui/stat.tsx";
import { type Delivery, LIVE_AT_LEAST, liveShare, MISSED_AT_MOST } from "./answers.ts";
import { latenessIn } from "./lateness.tsx";
import { realtimeTexts } from "./texts.ts";

const NOTHING = "–";

export function DeliveryFigures({ delivery: { channels, unsent, is_complete } }: { delivery: Delivery }) {
  const t = useTexts(realtimeTexts);
  const [language] = useLanguage();
  const all = channels.find(({ channel }) => channel === null);
  const live = liveShare(channels);
  const missed = all?.missed_percent === null || !all ? null : all.missed_percent / 100;
  const span = (ms: number | null | undefined) =>
    ms === null || ms === undefined ? NOTHING : latenessIn(language, ms);
  const share = (of: number | null) => of === null ? NOTHING : shareIn(language, of);
  const isHeard = Number(unsent.heard) > 0;
  return (
    <>
      <Stats>
        <Stat
          label={t.live}
          value={share(live)}
          note={t.liveNote}
          tone={live === null ? "plain" : live < LIVE_AT_LEAST ? "warn" : "good"}
        />
        <Stat
          label={t.missed}
          value={share(missed)}
          note={t.missedNote}
          tone={missed !== null && missed >= MISSED_AT_MOST ? "bad" : "plain"}
        />
        <Stat label={t.p50} value={span(all?.late_p50_ms)} note={t.late50} />
        <Stat label={t.p95} value={span(all?.late_p95_ms)} note={t.late95} />
        <Stat
          label={t.unsentHeard}
          value={wholeIn(language, unsent.heard)}
          note={t.unsentNote(wholeIn(language, unsent.count))}
          tone={isHeard ? "bad" : "good"}
        />
      </Stats>
      {!all && <p className="quiet">{t.nothingTold}</p>}
      {!is_complete && <p className="quiet" role="status">{t.incomplete}</p>}
    </>
  );
}
