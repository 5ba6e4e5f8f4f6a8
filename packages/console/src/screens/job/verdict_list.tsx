/** The other verdicts, and, folded, what was looked at and is not the reason. */
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { LevelBadge } from "../../ui/level_badge.tsx";
import { jobTexts } from "./texts.ts";
import type { Verdict } from "./types.ts";
import { Action, Evidence } from "./verdict_now.tsx";

export function VerdictList({ verdicts }: { verdicts: readonly Verdict[] }) {
  const [language] = useLanguage();
  const texts = useTexts(jobTexts);
  const others = verdicts.filter(({ ruled_out, rank }) => !ruled_out && rank > 1);
  const ruledOut = verdicts.filter(({ ruled_out, rank }) => ruled_out && rank > 1);
  return (
    <>
      {others.length > 0 && (
        <>
          <h3>{texts.others}</h3>
          <ul className="verdicts">
            {others.map((verdict) => (
              <li key={verdict.rank}>
                <p>
                  <LevelBadge level={verdict.level} /> <code>{verdict.code}</code>
                </p>
                <p>{language === "en" ? verdict.detail : verdict.words[language]}</p>
                {language !== "en" && <p className="quiet" lang="en">{verdict.detail}</p>}
                {verdict.action && (
                  <p className="quiet">
                    <Action code={verdict.code} action={verdict.action} />
                  </p>
                )}
                <Evidence text={verdict.evidence} />
              </li>
            ))}
          </ul>
        </>
      )}
      {ruledOut.length > 0 && (
        <details className="ruled-out">
          <summary>{texts.ruledOut(wholeIn(language, ruledOut.length))}</summary>
          <ul className="verdicts">
            {ruledOut.map((verdict) => (
              <li key={verdict.rank}>
                <p>
                  <code>{verdict.code}</code>{" "}
                  {verdict.subject && <span className="quiet">{verdict.subject}</span>}
                </p>
                <p lang="en">{verdict.detail}</p>
                <Evidence text={verdict.evidence} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
