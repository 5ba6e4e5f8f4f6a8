/** What is told of each platform. */
import { useMemo } from "react";
import { useMay } from "../../act/use_act.ts";
import { useLanguage } from "@esteira/preferences";
import { useTexts } from "../../texts/use_texts.ts";
import type { Column } from "../../ui/data_table.tsx";
import { useNames } from "../publications/names.ts";
import { AccountCounts } from "./account_counts.tsx";
import { LimitMeter } from "./limit_meter.tsx";
import { PauseButton } from "./pause_button.tsx";
import { PlatformState } from "./platform_state.tsx";
import type { Platform } from "./rows.ts";
import { connectionsTexts } from "./texts.ts";

export function usePlatformColumns(): readonly Column<Platform>[] {
  const { head } = useTexts(connectionsTexts);
  const names = useNames();
  const mayPause = useMay()("pause");
  return useMemo(() => [
    {
      id: "platform",
      head: head.platform,
      width: "minmax(90px, 1fr)",
      isMain: true,
      cell: ({ platform }) => names.platform(platform),
    },
    {
      id: "state",
      head: head.state,
      width: "minmax(170px, 2fr)",
      cell: (platform) => <PlatformState platform={platform} />,
    },
    {
      id: "app",
      head: head.app,
      width: "minmax(130px, 1fr)",
      cell: (platform) => <App platform={platform} />,
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
      width: "minmax(200px, 3fr)",
      cell: (platform) => <AccountCounts platform={platform} />,
    },
    ...mayPause
      ? [{
        id: "acts",
        head: head.acts,
        width: "110px",
        cell: ({ platform, is_paused, down_ms }: Platform) => (
          <PauseButton
            filter={{ platform }}
            name={names.platform(platform)}
            isPaused={is_paused || down_ms !== null}
          />
        ),
      }]
      : [],
  ], [head, names, mayPause]);
}

/** Whether an app is registered there, and by which version of the API it is called. */
function App({ platform: { has_app, api_version, sunset_at } }: { platform: Platform }) {
  const { registered, notRegistered, sunset } = useTexts(connectionsTexts);
  const [language] = useLanguage();
  if (!has_app) return <span className="quiet">{notRegistered}</span>;
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  return (
    <span className="state-words">
      {api_version ?? registered}
      {sunset_at && <span className="quiet">{sunset(date.format(new Date(sunset_at)))}</span>}
    </span>
  );
}
