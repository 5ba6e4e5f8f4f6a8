/** What was done for a publication at its platform, in the platform's words. */
import type { Publication } from "../../../../../shared/rows/publication.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { useMoments } from "../../hooks/use_moments.ts";

export function PublicationSteps({ steps }: Pick<Publication, "steps">) {
  const { texts } = useSurroundings();
  const { moment, clock } = useMoments();
  if (steps.length === 0) return null;
  const words = texts.publishing.publication;
  return (
    <details className="esteira-publication-steps">
      <summary>{words.steps(steps.length)}</summary>
      <ol className="esteira-timeline">
        {steps.map(({ step, name, timestamp }, at) => (
          <li
            key={`${at} ${timestamp}`}
            className="esteira-timeline-entry"
            data-last={at === steps.length - 1 || undefined}
          >
            <span className="esteira-timeline-step">{words.step[step]}</span>
            <span className="esteira-timeline-span">
              {Object.hasOwn(words.acts, name) ? words.acts[name] : name.replaceAll("_", " ")}
            </span>
            <time className="esteira-timeline-at" dateTime={timestamp} title={moment(timestamp)}>
              {clock(timestamp)}
            </time>
          </li>
        ))}
      </ol>
    </details>
  );
}
