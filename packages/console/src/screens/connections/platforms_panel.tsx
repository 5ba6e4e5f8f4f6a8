/** The platforms themselves: is there an app, is it answering, is it paused, and how much may still be posted. */
import { useOps } from "../../data/use_ops.ts";
import { useLanguage } from "../../preferences.ts";
import { spanIn, wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { type Column, DataTable } from "../../ui/data_table.tsx";
import { Moment } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useNames } from "../publications/names.ts";
import { LimitMeter } from "./limit_meter.tsx";
import { PauseButton } from "./pause_button.tsx";
import type { Platform, Platforms } from "./rows.ts";
import { connectionsTexts } from "./texts.ts";

export function PlatformsPanel() {
  const texts = useTexts(connectionsTexts);
  const { data, error, refetch, isLoading } = useOps<Platforms>("platforms", {}, {
    every: 30_000,
    hints: "ops",
  });
  return (
    <Panel title={texts.platforms} isFlush>
      {error && <Problem error={error} onAgain={() => void refetch()} />}
      <DataTable
        label={texts.platforms}
        rows={data?.platforms ?? []}
        columns={useColumns()}
        keyOf={({ platform }) => platform}
        isLoading={isLoading}
      />
    </Panel>
  );
}

function useColumns(): readonly Column<Platform>[] {
  const { head, states, registered, notRegistered, sunset } = useTexts(connectionsTexts);
  const [language] = useLanguage();
  const names = useNames();
  const date = (at: string) =>
    new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(new Date(at));
  const counted = (connections: Platform["connections"]) =>
    Object.entries(connections).map(([state, n]) =>
      `${wholeIn(language, n)} ${((states as Record<string, string>)[state] ?? state).toLowerCase()}`
    ).join(", ");
  return [
    {
      id: "platform",
      head: head.platform,
      width: "minmax(110px, 1fr)",
      isMain: true,
      cell: ({ platform }) => names.platform(platform),
    },
    {
      id: "state",
      head: head.state,
      width: "minmax(200px, 2fr)",
      cell: (platform) => <PlatformState platform={platform} />,
    },
    {
      id: "app",
      head: head.app,
      cell: ({ has_app }) => has_app ? registered : <span className="quiet">{notRegistered}</span>,
    },
    {
      id: "version",
      head: head.version,
      width: "minmax(150px, 1fr)",
      cell: ({ api_version, sunset_at }) =>
        api_version === null ? "–" : (
          <span>
            {api_version} {sunset_at && <span className="quiet">{sunset(date(sunset_at))}</span>}
          </span>
        ),
    },
    {
      id: "limit",
      head: head.limit,
      width: "minmax(150px, 1fr)",
      cell: ({ limit }) => <LimitMeter limit={limit} />,
    },
    {
      id: "accounts",
      head: head.accounts,
      width: "minmax(160px, 2fr)",
      cell: ({ connections }) => counted(connections) || "–",
    },
    {
      id: "acts",
      head: "",
      width: "110px",
      cell: ({ platform, is_paused, down_ms }) => (
        <PauseButton
          filter={{ platform }}
          name={names.platform(platform)}
          isPaused={is_paused || down_ms !== null}
        />
      ),
    },
  ];
}

function PlatformState({ platform }: { platform: Platform }) {
  const texts = useTexts(connectionsTexts);
  const [language] = useLanguage();
  const { is_paused, paused_until, pause_reason, down_ms, failures } = platform;
  if (down_ms !== null) return <Tag tone="bad">{texts.down(spanIn(language, down_ms))}</Tag>;
  if (!is_paused) {
    return (
      <span className="state-words">
        <Tag tone="good">{texts.on}</Tag>
        {failures > 0 && <span className="quiet">{texts.failures(wholeIn(language, failures))}</span>}
      </span>
    );
  }
  return (
    <span className="state-words">
      <Tag tone="warn">{texts.paused}</Tag>
      <span className="quiet">
        {paused_until
          ? (
            <>
              {texts.until} <Moment at={paused_until} />
            </>
          )
          : texts.untilResumed}
        {pause_reason && `: ${pause_reason}`}
      </span>
    </span>
  );
}
