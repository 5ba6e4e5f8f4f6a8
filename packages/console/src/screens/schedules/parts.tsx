/** The parts of the schedules, what is wrong first. */
import { useMemo } from "react";
import { useLanguage } from "@esteira/preferences";
import { spanIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Ago, Duration, Moment, Whole } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Tag } from "../../ui/tag.tsx";
import type { Part } from "./answers.ts";
import { PartState } from "./part_state.tsx";
import { partWords } from "./part_words.ts";
import { schedulesTexts } from "./texts.ts";

export function Parts({ parts }: { parts: readonly Part[] }) {
  const t = useTexts(schedulesTexts);
  const words: Readonly<Record<string, string>> = useTexts(partWords);
  const [language] = useLanguage();
  const columns = useMemo((): readonly Column<Part>[] => [
    {
      id: "part",
      head: t.part,
      isMain: true,
      width: "minmax(240px, 3fr)",
      cell: ({ part }) => (
        <span className="part-name">
          <strong>{part}</strong> <span className="quiet">{words[part]}</span>
        </span>
      ),
    },
    {
      id: "state",
      head: t.state,
      width: "minmax(120px, 1fr)",
      cell: ({ verdict }) => <PartState verdict={verdict} />,
    },
    {
      id: "beat",
      head: t.beat,
      width: "minmax(130px, 1fr)",
      align: "end",
      cell: ({ ago_ms }) => <Ago ms={ago_ms} />,
    },
    { id: "every", head: t.every, align: "end", cell: ({ every_ms }) => <Duration ms={every_ms} /> },
    {
      id: "next",
      head: t.next,
      align: "end",
      cell: ({ next_in_ms }) =>
        next_in_ms === null ? "–" : next_in_ms === 0 ? t.nextNow : t.nextIn(spanIn(language, next_in_ms)),
    },
    { id: "late", head: t.late, width: "minmax(120px, 1fr)", cell: (part) => <Lateness part={part} /> },
    {
      id: "beats",
      head: t.beats,
      align: "end",
      isHiddenByDefault: true,
      cell: ({ beats }) => <Whole value={beats} />,
    },
    {
      id: "at",
      head: t.beat,
      isHiddenByDefault: true,
      width: "140px",
      cell: ({ beat_at }) => <Moment at={beat_at} />,
    },
    {
      id: "cron",
      head: t.cron,
      isHiddenByDefault: true,
      width: "120px",
      cell: ({ cron }) => <code>{cron ?? "–"}</code>,
    },
    {
      id: "did",
      head: t.did,
      width: "minmax(140px, 2fr)",
      cell: ({ did }) => <span className="quiet part-did">{didIn(did)}</span>,
    },
  ], [t, words, language]);
  const wrong = parts.filter(({ verdict }) => verdict !== "ok" && verdict !== "never").length;
  return (
    <Panel
      title={t.parts}
      note={wrong === 0 ? t.partsFine(parts.length) : t.partsWrong(wrong, parts.length)}
      isFlush
    >
      <DataTable label={t.parts} name="parts" rows={parts} columns={columns} keyOf={({ part }) => part} />
    </Panel>
  );
}

function Lateness({ part: { verdict, late_ms } }: { part: Part }) {
  const t = useTexts(schedulesTexts);
  const [language] = useLanguage();
  if (late_ms === null || verdict === "never") return <>–</>;
  // A beat or two may be missed without anything being wrong: then it is told, and is no alarm.
  if (late_ms < 1_000) return <span className="quiet">{t.onTime}</span>;
  const words = t.lateBy(spanIn(language, late_ms));
  return verdict === "ok" ? <span className="quiet">{words}</span> : <Tag tone="bad">{words}</Tag>;
}

/** What it did when it last ran: `asked 2, moved 0`, whichever counts are not zero. */
function didIn(did: Part["did"]): string {
  const counts = Object.entries(did ?? {}).filter(([, count]) => count !== 0 && count !== null);
  return counts.map(([name, count]) => `${name} ${typeof count === "object" ? JSON.stringify(count) : count}`)
    .join(", ") || "–";
}
