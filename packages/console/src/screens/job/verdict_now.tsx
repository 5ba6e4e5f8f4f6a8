/** The first verdict: the one sentence on why a job stands where it stands, when that is over, and what can be done. */
import { useLanguage } from "@esteira/preferences";
import { spanIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { verdictAction } from "../../texts/verdict_actions.ts";
import { Duration, Moment } from "../../ui/figures.tsx";
import { LevelBadge } from "../../ui/level_badge.tsx";
import { RawText } from "../../ui/raw_text.tsx";
import { jobTexts, wordOf } from "./texts.ts";
import type { Verdict } from "./types.ts";

/** `isNow`: of a time that is over there is no advice. */
export function VerdictNow({ verdict, isNow }: { verdict: Verdict; isNow: boolean }) {
  const [language] = useLanguage();
  const texts = useTexts(jobTexts);
  const { level, code, subject, words, detail, action, repair_sql, since, held_ms, clears } = verdict;
  const isEnglish = language === "en";
  return (
    <div className={`verdict is-${level}`}>
      <p className="verdict-head">
        <LevelBadge level={level} /> <code>{code}</code> {subject && <span className="quiet">{subject}</span>}
      </p>
      <p className="verdict-sentence">{isEnglish ? detail : words[language]}</p>
      <dl className="verdict-facts">
        {since && (
          <div>
            <dt>{texts.since}</dt>
            <dd>
              <Moment at={since} /> (<Duration ms={held_ms} />)
            </dd>
          </div>
        )}
        <div>
          <dt>{texts.clears}</dt>
          <dd>{wordOf(texts.clearsBy, clears)}</dd>
        </div>
        {clears !== "never" && (
          <div>
            <dt>{texts.expected}</dt>
            <dd>
              <Expected verdict={verdict} />
            </dd>
          </div>
        )}
        {isNow && (
          <div>
            <dt>{texts.canDo}</dt>
            <dd>
              {action ? <Action code={code} action={action} /> : texts.nothingToDo}
            </dd>
          </div>
        )}
      </dl>
      <p className="quiet">
        {isEnglish ? texts.ownerIsTold : texts.technical}:{" "}
        {isEnglish ? words.en : <span lang="en">{detail}</span>}
      </p>
      {isNow && repair_sql && <RawText text={repair_sql} label={texts.repair} />}
      <Evidence text={verdict.evidence} />
    </div>
  );
}

function Expected({ verdict: { expected_at, expected_in_ms } }: { verdict: Verdict }) {
  const [language] = useLanguage();
  const { nobodyKnows, expectedIn, overdue } = useTexts(jobTexts);
  if (expected_at === null || expected_in_ms === null) return <>{nobodyKnows}</>;
  if (expected_in_ms === 0) return <>{overdue}</>;
  return (
    <>
      {expectedIn(spanIn(language, expected_in_ms))} (<Moment at={expected_at} />)
    </>
  );
}

/** What an operator can do. */
export function Action({ code, action }: { code: string; action: string }) {
  const [language] = useLanguage();
  const said = verdictAction({ code, action }, language);
  return <span lang={said.language}>{said.text}</span>;
}

/** What was seen, as text; nothing where there is none. */
export function Evidence({ text }: { text: string }) {
  const { evidence } = useTexts(jobTexts);
  if (/^\{\s*\}$/.test(text)) return null;
  return (
    <details>
      <summary>{evidence}</summary>
      <RawText text={text} label={evidence} />
    </details>
  );
}
