/** What is told of each connection in the list. */
import { useMemo } from "react";
import { useMay } from "../../act/use_act.ts";
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import type { Column } from "../../ui/data_table.tsx";
import { Duration, Moment } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { useNames } from "../publications/names.ts";
import { ConnectionState } from "./connection_state.tsx";
import { publicationsOf } from "./filters.ts";
import { LimitMeter } from "./limit_meter.tsx";
import { PauseButton } from "./pause_button.tsx";
import type { Connection } from "./rows.ts";
import { connectionsTexts } from "./texts.ts";

export function useConnectionColumns(): readonly Column<Connection>[] {
  const { head, never, over } = useTexts(connectionsTexts);
  const [language] = useLanguage();
  const names = useNames();
  const mayPause = useMay()("pause");
  return useMemo(() => [
    {
      id: "account",
      head: head.account,
      width: "minmax(150px, 2fr)",
      isMain: true,
      cell: ({ display_name, external_id, platform }) => (
        <span className="state-words">
          {display_name ?? external_id} <span className="quiet">{names.platform(platform)}</span>
        </span>
      ),
    },
    {
      id: "user",
      head: head.user,
      width: "minmax(120px, 2fr)",
      cell: ({ user_email, user_id }) => user_email ?? user_id,
    },
    {
      id: "state",
      head: head.state,
      width: "minmax(130px, 1fr)",
      cell: (connection) => (
        <span className="state-words">
          <ConnectionState connection={connection} />
          {connection.state_code && !connection.is_paused && <code>{connection.state_code}</code>}
        </span>
      ),
    },
    {
      id: "expires",
      head: head.expires,
      cell: ({ expires_ms }) =>
        expires_ms === null || expires_ms === 0
          ? <span className="quiet">{expires_ms === 0 ? over : never}</span>
          : <Duration ms={expires_ms} />,
    },
    {
      id: "limit",
      head: head.limit,
      width: "minmax(140px, 1fr)",
      cell: ({ limit }) => <LimitMeter limit={limit} />,
    },
    {
      id: "checked",
      head: head.checked,
      width: "minmax(110px, 1fr)",
      cell: ({ checked_at }) => <Moment at={checked_at} />,
    },
    {
      id: "waiting",
      head: head.waiting,
      align: "end",
      width: "80px",
      cell: ({ id, waiting }) =>
        waiting === 0
          ? "0"
          : <Link href={publicationsOf(id, { state: "waiting" })}>{wholeIn(language, waiting)}</Link>,
    },
    {
      id: "scopes",
      head: head.scopes,
      width: "minmax(140px, 2fr)",
      isHiddenByDefault: true,
      cell: ({ scopes }) => scopes.join(" ") || "–",
    },
    ...mayPause
      ? [{
        id: "acts",
        head: head.acts,
        width: "100px",
        cell: ({ id, display_name, external_id, is_paused, state }: Connection) =>
          state !== "revoked" && state !== "reconnect_needed" && (
            <PauseButton
              filter={{ connection_id: id }}
              name={display_name ?? external_id}
              isPaused={is_paused}
            />
          ),
      }]
      : [],
  ], [head, never, over, language, names, mayPause]);
}
