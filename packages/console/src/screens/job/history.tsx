/** The job's own history, step by step, in the words that its owner reads. */
import type { JobStep } from "../../../../../shared/words/steps.ts";
import { stepName } from "../../../../../shared/words/labels.ts";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import { Duration, Moment } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { jobTexts } from "./texts.ts";
import type { Step } from "./types.ts";

/** What is over at once needs no telling. */
const SHOWN_MS = 50;
const BAD = ["failed", "cancelled"];

export function History({ steps }: { steps: readonly Step[] }) {
  const [language] = useLanguage();
  const texts = useTexts(jobTexts);
  return (
    <Panel title={texts.history}>
      <ol className="history">
        {steps.map(({ step, at, ms, attempt, details }, n) => (
          <li key={n} className={BAD.includes(step) ? "is-bad" : step === "completed" ? "is-good" : ""}>
            <p>
              <strong>{stepName(step as JobStep, language)}</strong>{" "}
              <span className="quiet">
                <Moment at={at} />
                {attempt > 1 && ` · ${texts.attempt(String(attempt))}`}
                {ms !== null && ms >= SHOWN_MS && (
                  <>
                    {" · "}
                    <Duration ms={ms} /> {texts.untilNext}
                  </>
                )}
              </span>
            </p>
            {details !== "{}" && <code className="history-details">{details}</code>}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
