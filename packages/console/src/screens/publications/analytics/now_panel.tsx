/** What is open at this moment, and why what waits does. */
import { useFilters } from "../../../data/use_filters.ts";
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../../texts/format.ts";
import { useTexts } from "../../../texts/use_texts.ts";
import { Duration, Whole } from "../../../ui/figures.tsx";
import { Link } from "../../../ui/link.tsx";
import { Panel } from "../../../ui/panel.tsx";
import { Stat, Stats } from "../../../ui/stat.tsx";
import { publicationsHref } from "../filters.ts";
import { publicationsTexts } from "../texts.ts";
import type { Analytics } from "./figures.ts";

export function NowPanel({ now }: { now: Analytics["now"] }) {
  const { analytics: texts, holds } = useTexts(publicationsTexts);
  const [language] = useLanguage();
  const [search] = useFilters();
  const reasons = Object.entries(now.holds).map(([hold, n]) =>
    `${wholeIn(language, n)} · ${(holds as Record<string, string>)[hold] ?? hold}`
  );
  const to = (state: string) => publicationsHref(search, { view: undefined, state });
  return (
    <Panel title={texts.now}>
      <Stats>
        <Stat
          label={texts.waiting}
          value={<Link href={to("waiting")}>{wholeIn(language, now.waiting)}</Link>}
          note={reasons.length > 0 && reasons.join("; ")}
        />
        <Stat label={texts.oldest} value={<Duration ms={now.oldest_waiting_ms} />} />
        <Stat label={texts.publishing} value={<Whole value={now.publishing} />} />
        <Stat
          label={texts.scheduled}
          value={<Link href={to("scheduled")}>{wholeIn(language, now.scheduled)}</Link>}
        />
        <Stat
          label={texts.unknown}
          value={
            <Link href={publicationsHref(search, { view: "unknown" })}>{wholeIn(language, now.unknown)}</Link>
          }
          tone={now.unknown > 0 ? "warn" : "plain"}
        />
      </Stats>
    </Panel>
  );
}
