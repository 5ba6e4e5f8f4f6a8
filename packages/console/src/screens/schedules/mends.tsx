/** The parts that do not run, each with the statement that has it run again. */
import { useTexts } from "../../texts/use_texts.ts";
import { Duration } from "../../ui/figures.tsx";
import { RawText } from "../../ui/raw_text.tsx";
import type { Part } from "./answers.ts";
import { PartState } from "./part_state.tsx";
import { schedulesTexts } from "./texts.ts";

export function Mends({ parts }: { parts: readonly Part[] }) {
  const t = useTexts(schedulesTexts);
  // "It has not run yet" may be but its time that has not come.
  const wrong = parts.filter(({ verdict }) => verdict !== "ok" && verdict !== "never");
  if (wrong.length === 0) return null;
  return (
    <ul className="mends">
      {wrong.map((part) => (
        <li key={part.part} className="mend">
          <h2>{part.part}</h2>
          <PartState verdict={part.verdict} />
          {part.since_ms !== null && (
            <span className="quiet">
              {t.since} <Duration ms={part.since_ms} />
            </span>
          )}
          <p lang="en">{part.detail}</p>
          {part.repair_sql && (
            <>
              <RawText text={part.repair_sql} label={t.mend} />
              <p className="quiet">{t.mendWhere}</p>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
