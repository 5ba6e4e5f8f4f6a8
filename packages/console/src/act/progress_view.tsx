/** How far a run is: a bar, its figures, why something was not done, and what came of it. */
import { useTexts } from "../texts/use_texts.ts";
import { CodeCounts } from "./code_counts.tsx";
import { JobLink } from "./job_link.tsx";
import type { Progress } from "./plan.ts";
import { actTexts } from "./texts.ts";
import "./act.css";

export function ProgressView({ progress }: { progress: Progress }) {
  const texts = useTexts(actTexts);
  const { items, done, skipped_in_run: skipped, failed, to_do, codes, new_job_ids } = progress;
  return (
    <div className="run-progress">
      <p role="status">
        <strong>{texts.progress(items - to_do, items)}</strong>{" "}
        {[texts.done(done), skipped > 0 && texts.skipped(skipped), failed > 0 && texts.failed(failed)]
          .filter(Boolean).join(" · ")}
      </p>
      <progress max={Math.max(items, 1)} value={items === 0 ? 1 : items - to_do} aria-label={texts.bar} />
      {Object.keys(codes).length > 0 && (
        <section>
          <h3>{texts.notDone}</h3>
          <CodeCounts counts={codes} />
        </section>
      )}
      {new_job_ids.length > 0 && (
        <details>
          <summary>{texts.newJobs(new_job_ids.length)}</summary>
          <ul className="job-links">
            {new_job_ids.map((id) => (
              <li key={id}>
                <JobLink id={id} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
