/** One area of the setup: what is wrong in full, what is fine folded away. */
import { useTexts } from "../../texts/use_texts.ts";
import { Panel } from "../../ui/panel.tsx";
import { type Area, isWrong } from "./areas.ts";
import { Line } from "./line.tsx";
import { setupTexts } from "./texts.ts";

/** More lines of which nothing is wrong are folded away. */
const MOST_SHOWN = 8;

export function AreaPanel({ area: { area, lines, wrong } }: { area: Area }) {
  const t = useTexts(setupTexts);
  const open = lines.filter((line) => isWrong(line) || line.verdict !== "ok");
  const fine = lines.filter(({ verdict }) => verdict === "ok");
  return (
    <Panel
      title={(t.areas as Readonly<Record<string, string>>)[area] ?? area}
      note={wrong > 0
        ? t.areaWrong(wrong, lines.length)
        : fine.length === lines.length && t.areaFine(lines.length)}
    >
      {open.length > 0 && (
        <ul className="setup-lines">
          {open.map((line) => <Line key={line.line} line={line} />)}
        </ul>
      )}
      {fine.length > 0 && (
        <details open={open.length === 0 && fine.length <= MOST_SHOWN}>
          <summary>{t.fine(fine.length)}</summary>
          <ul className="setup-lines">
            {fine.map((line) => <Line key={line.line} line={line} />)}
          </ul>
        </details>
      )}
    </Panel>
  );
}
