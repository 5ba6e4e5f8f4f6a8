/** What a job went through, and how long each step took. */
import { stepName } from "../../../../../shared/words/labels.ts";
import type { ClientJob } from "../../../api/job.ts";
import { useMoments } from "../../hooks/use_moments.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { durationIn } from "../../texts/numbers.ts";
import { stateOf } from "./shown_step.ts";
import { spansOf, totalOf } from "./timeline.ts";

export function JobTimeline({ job }: { job: ClientJob }) {
  const { texts, language } = useSurroundings();
  const { moment, clock } = useMoments();
  const spans = spansOf(job.step_history);
  const total = totalOf(job);
  if (spans.length === 0) return <p className="esteira-card-note">{texts.debug.noHistory}</p>;
  return (
    <>
      <ol className="esteira-timeline">
        {spans.map(({ step, at, ms, isLast, details }, index) => {
          const state = stateOf(step);
          const goesOn = isLast && (state === "waiting" || state === "working");
          return (
            <li
              className="esteira-timeline-entry"
              key={`${index} ${at}`}
              data-state={state}
              data-last={isLast || undefined}
            >
              <span className="esteira-timeline-step">{stepName(step, language)}</span>
              <span className="esteira-timeline-span">
                {ms !== null ? durationIn(language, ms) : goesOn ? texts.debug.ongoing : null}
              </span>
              <time className="esteira-timeline-at" dateTime={at} title={moment(at)}>{clock(at)}</time>
              {details.length > 0 && (
                <dl className="esteira-timeline-details">
                  {details.map(([name, value]) => (
                    <div key={name}>
                      <dt>{name}</dt>
                      <dd>{value}</dd>
                    </div>
                  ))}
                </dl>
              )}
            </li>
          );
        })}
      </ol>
      {total !== null && (
        <p className="esteira-timeline-total">{texts.debug.total}: {durationIn(language, total)}</p>
      )}
    </>
  );
}
