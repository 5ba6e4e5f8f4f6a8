/** What an act would come to. */
import { useTexts } from "../texts/use_texts.ts";
import { Whole } from "../ui/figures.tsx";
import { CodeCounts } from "./code_counts.tsx";
import { JobLink } from "./job_link.tsx";
import type { Plan } from "./plan.ts";
import { actTexts } from "./texts.ts";

export function PlanView({ plan }: { plan: Plan }) {
  const texts = useTexts(actTexts);
  return (
    <div className="plan" role="status">
      {plan.thing ? <ThingPlan plan={plan} /> : <JobsPlan plan={plan} />}
      {Object.keys(plan.skipped).length > 0 && (
        <section>
          <h3>{plan.thing ? texts.notPossible : texts.notFor}</h3>
          <CodeCounts counts={plan.skipped} {...plan.examples && { examples: plan.examples }} />
        </section>
      )}
      {plan.left && (
        <p className="quiet">
          {Object.entries(plan.left).map(([limit, left]) =>
            texts.left[limit as keyof typeof texts.left]?.(left) ?? `${limit}: ${left}`
          ).join(" · ")}
        </p>
      )}
    </div>
  );
}

function ThingPlan({ plan: { qualified, waiting } }: { plan: Plan }) {
  const { thingReady, waitingThere } = useTexts(actTexts);
  return (
    <p>
      {qualified > 0 && <strong>{thingReady}</strong>} {waiting !== undefined && waitingThere(waiting)}
    </p>
  );
}

function JobsPlan({ plan: { matched, qualified, credits, sample = [], in_background } }: { plan: Plan }) {
  const texts = useTexts(actTexts);
  return (
    <>
      <p>
        <strong className="plan-count">{texts.qualified(qualified)}</strong> {texts.ofMatched(matched)}
      </p>
      {credits && (credits.charged !== 0 || credits.refunded !== 0) && (
        <dl className="plan-credits">
          <dt>{texts.charged}</dt>
          <dd>
            <Whole value={credits.charged} />
          </dd>
          <dt>{texts.refunded}</dt>
          <dd>
            <Whole value={credits.refunded} />
          </dd>
        </dl>
      )}
      {in_background && <p className="quiet">{texts.inBackground}</p>}
      {sample.length > 0 && (
        <details>
          <summary>{texts.sample(sample.length)}</summary>
          <ul className="job-links">
            {sample.map((id) => (
              <li key={id}>
                <JobLink id={id} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
