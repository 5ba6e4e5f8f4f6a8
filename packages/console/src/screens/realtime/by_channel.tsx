/** The delivery rate of each channel. */
import { useMemo } from "react";
import { useLanguage } from "@esteira/preferences";
import { shareIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Whole } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { Channel, Delivery } from "./answers.ts";
import { channelName, channelNote } from "./channel_name.ts";
import { Lateness } from "./lateness.tsx";
import { realtimeTexts } from "./texts.ts";

export function ByChannel({ delivery: { channels } }: { delivery: Delivery }) {
  const t = useTexts(realtimeTexts);
  const [language] = useLanguage();
  const columns = useMemo((): readonly Column<Channel>[] => {
    const share = (percent: number | null) => percent === null ? "–" : shareIn(language, percent / 100);
    return [
      {
        id: "channel",
        head: t.channel,
        isMain: true,
        width: "minmax(220px, 2fr)",
        cell: ({ channel }) => (
          <span>
            <strong>{channelName(t, channel)}</strong>{" "}
            <span className="quiet">{channelNote(t, channel)}</span>
          </span>
        ),
      },
      { id: "share", head: t.share, align: "end", cell: ({ percent }) => share(percent) },
      { id: "changes", head: t.changes, align: "end", cell: ({ changes }) => <Whole value={changes} /> },
      { id: "ends", head: t.ends, align: "end", cell: ({ terminal_percent }) => share(terminal_percent) },
      {
        id: "missed",
        head: t.missedShort,
        align: "end",
        cell: ({ missed_percent }) => share(missed_percent),
      },
      { id: "p50", head: t.p50, align: "end", cell: ({ late_p50_ms }) => <Lateness ms={late_p50_ms} /> },
      { id: "p95", head: t.p95, align: "end", cell: ({ late_p95_ms }) => <Lateness ms={late_p95_ms} /> },
      { id: "max", head: t.max, align: "end", cell: ({ late_max_ms }) => <Lateness ms={late_max_ms} /> },
      { id: "users", head: t.users, align: "end", cell: ({ users }) => <Whole value={users} /> },
    ];
  }, [t, language]);
  return (
    <Panel title={t.rateTitle} isFlush>
      <DataTable
        label={t.rateTitle}
        rows={channels}
        columns={columns}
        keyOf={({ channel }) => channel ?? "all"}
        empty={t.nothingTold}
      />
    </Panel>
  );
}
