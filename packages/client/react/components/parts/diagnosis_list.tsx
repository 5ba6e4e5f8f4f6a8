/** A job's verdicts as operators see them: in English, with what was seen and what mends it. */
import type { Diagnosis } from "../../../../../shared/rows/why.ts";
import { useMoments } from "../../hooks/use_moments.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { CopyButton } from "./copy_button.tsx";

export function DiagnosisList({ verdicts }: { verdicts: readonly Diagnosis[] }) {
  const { texts } = useSurroundings();
  const ruledOut = verdicts.filter(({ ruled_out }) => ruled_out);
  return (
    <section className="esteira-diagnosis" aria-label={texts.why.diagnosis}>
      <h3 className="esteira-debug-heading">{texts.why.diagnosis}</h3>
      <ol lang="en">
        {verdicts.filter(({ ruled_out }) => !ruled_out).map((one) => (
          <Verdict
            key={one.rank}
            verdict={one}
          />
        ))}
      </ol>
      {ruledOut.length > 0 && (
        <details className="esteira-raw-attempt">
          <summary>{texts.why.ruledOut(ruledOut.length)}</summary>
          <ol lang="en">{ruledOut.map((one) => <Verdict key={one.rank} verdict={one} />)}</ol>
        </details>
      )}
    </section>
  );
}

function Verdict(
  { verdict: { code, level, subject, since, detail, action, evidence, repair_sql, ruled_out } }: {
    verdict: Diagnosis;
  },
) {
  const { texts } = useSurroundings();
  const { moment } = useMoments();
  const seen = Object.entries(evidence ?? {});
  return (
    <li className="esteira-verdict" data-level={ruled_out ? "ok" : level}>
      <p className="esteira-verdict-head">
        <code className="esteira-debug-code">{code}</code>
        {[texts.why.level[level], subject, since && moment(since)].filter(Boolean).join(" · ")}
      </p>
      {detail && <p>{detail}</p>}
      {action && <p className="esteira-verdict-action">{action}</p>}
      {repair_sql && (
        <div className="esteira-verdict-repair">
          <code>{repair_sql}</code>
          <CopyButton text={() => repair_sql} />
        </div>
      )}
      {seen.length > 0 && (
        <dl className="esteira-timeline-details">
          {seen.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}
