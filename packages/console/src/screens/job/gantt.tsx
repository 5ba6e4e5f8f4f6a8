/** Where the job's time went: a row for each attempt, a bar for each part, and the same as a table for who reads. */
import { type CSSProperties } from "react";
import { useLanguage } from "@esteira/preferences";
import { spanIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Duration, Moment } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useIsNarrow } from "../../ui/use_is_narrow.ts";
import { lanesOf, ticksOf } from "./gantt_layout.ts";
import { jobTexts, wordOf } from "./texts.ts";
import type { Span, Timeline } from "./types.ts";

export function Gantt({ timeline }: { timeline: Timeline }) {
  const [language] = useLanguage();
  const texts = useTexts(jobTexts);
  const { spans, total_ms, by_kind } = timeline;
  const ticks = ticksOf(total_ms, useIsNarrow() ? 3 : 5);
  const kinds = [...new Set(spans.map(({ kind }) => kind))];
  return (
    <Panel title={texts.timeline} note={texts.total(spanIn(language, total_ms))}>
      <figure className="gantt">
        <ul className="gantt-key">
          {kinds.map((kind) => (
            <li key={kind}>
              <span className={`gantt-swatch is-${kind}`} aria-hidden="true" />
              {wordOf(texts.kinds, kind)} <Duration ms={by_kind[kind]} />
            </li>
          ))}
        </ul>
        <div className="gantt-chart" aria-hidden="true">
          <div className="gantt-scale">
            {ticks.map(({ ms, left }) => (
              <span key={ms} style={{ left: `${left}%` }}>{ms === 0 ? "0" : spanIn(language, ms)}</span>
            ))}
          </div>
          {lanesOf(spans, total_ms).map(({ attempt, bars }) => (
            <div key={attempt} className="gantt-lane">
              <span className="gantt-name">{texts.attempt(String(attempt))}</span>
              <div className="gantt-track">
                {ticks.map(({ ms, left }) => (
                  <i key={ms} className="gantt-line" style={{ left: `${left}%` }} />
                ))}
                {bars.map(({ span, left, width }) => (
                  <span
                    key={`${span.begun_at} ${span.kind}`}
                    className={`gantt-bar is-${span.kind} ${span.is_open ? "is-open" : ""}`}
                    style={{ "--left": `${left}%`, "--width": `${width}%` } as CSSProperties}
                    title={`${wordOf(texts.kinds, span.kind)}: ${spanIn(language, span.ms)}`}
                  >
                    {width > 12 && wordOf(texts.kinds, span.kind)}
                  </span>
                ))}
              </div>
            </div>
          ))}
        </div>
        <SpansTable spans={spans} />
      </figure>
    </Panel>
  );
}

function SpansTable({ spans }: { spans: readonly Span[] }) {
  const texts = useTexts(jobTexts);
  return (
    <details>
      <summary>{texts.asTable}</summary>
      <div className="scrolls" tabIndex={0} role="group" aria-label={texts.timeline}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{texts.labels.attempt}</th>
              <th scope="col">{texts.kind}</th>
              <th scope="col">{texts.begun}</th>
              <th scope="col" className="is-end">{texts.length}</th>
              <th scope="col">{texts.note}</th>
            </tr>
          </thead>
          <tbody>
            {spans.map((span) => (
              <tr key={`${span.attempt} ${span.begun_at} ${span.kind}`}>
                <td>{span.attempt}</td>
                <td>{wordOf(texts.kinds, span.kind)}</td>
                <td>
                  <Moment at={span.begun_at} />
                </td>
                <td className="is-end">
                  <Duration ms={span.ms} />
                  {span.is_open && ` (${texts.goesOn})`}
                </td>
                <td>{span.note}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
