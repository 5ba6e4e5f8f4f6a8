/** Two pictures in one place; a slider says how much is seen of each. */
import { type CSSProperties, useState } from "react";
import { useTexts } from "../texts/use_texts.ts";

export function Comparison({ before, after }: { before: string; after: string }) {
  const { tool: texts } = useTexts();
  const [percent, setPercent] = useState(50);
  return (
    <div className="comparison" style={{ "--at": `${percent}%` } as CSSProperties}>
      <img src={before} alt="" />
      <img className="comparison-after" src={after} alt={texts.result} />
      <span className="comparison-tag is-before" aria-hidden="true">{texts.before}</span>
      <span className="comparison-tag is-after" aria-hidden="true">{texts.after}</span>
      <input
        type="range"
        min="0"
        max="100"
        value={percent}
        aria-label={texts.compare}
        onChange={({ target }) => setPercent(Number(target.value))}
      />
      <span className="comparison-line" aria-hidden="true" />
    </div>
  );
}
