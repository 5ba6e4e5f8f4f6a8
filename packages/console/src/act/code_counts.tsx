/** Why an action is not for some, and for how many, with one of each to look at. */
import { useTexts } from "../texts/use_texts.ts";
import { Whole } from "../ui/figures.tsx";
import { JobLink } from "./job_link.tsx";
import type { Counts } from "./plan.ts";
import { actTexts, codeWords } from "./texts.ts";
import "./act.css";

interface CodeCountsProps {
  counts: Counts;
  examples?: Readonly<Record<string, string>>;
}

export function CodeCounts({ counts, examples = {} }: CodeCountsProps) {
  const texts = useTexts(actTexts);
  const codes = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return (
    <ul className="code-counts">
      {codes.map(([code, count]) => (
        <li key={code}>
          <b>
            <Whole value={count} />
          </b>
          <span>
            {codeWords(texts, code)} <code>{code}</code>
          </span>
          {examples[code] && <JobLink id={examples[code]} />}
        </li>
      ))}
    </ul>
  );
}
