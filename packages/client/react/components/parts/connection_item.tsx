/** One account at a platform: how it stands, what may still be posted with it, and what can be done about it. */
import type { ShownConnection } from "../../../../../shared/rows/connection.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { useMoments } from "../../hooks/use_moments.ts";
import { ConnectionButtons, type ConnectionButtonsProps } from "./connection_buttons.tsx";
import { CreatorDisclosure } from "./creator_disclosure.tsx";
import { limitWords } from "./limit_words.ts";
import { PlatformMark } from "./platform_mark.tsx";

/** With what can no longer be asked for anything. */
const isLost = (state: ShownConnection["state"]) => state === "revoked" || state === "reconnect_needed";

export function ConnectionItem({ connection, onReconnect, isConnecting }: ConnectionButtonsProps) {
  const { texts } = useSurroundings();
  const words = texts.publishing.connections;
  const { state, platform, display_name, external_id, avatar_url, limit } = connection;
  return (
    <li className="esteira-account" data-state={state} data-platform={platform}>
      {avatar_url
        ? <img className="esteira-account-picture" src={avatar_url} alt="" />
        : <PlatformMark platform={platform} />}
      <div className="esteira-account-words">
        <p className="esteira-account-name">
          <strong>{display_name ?? external_id}</strong>
          <span className="esteira-account-platform">{texts.publishing.platforms[platform]}</span>
        </p>
        <p className="esteira-account-state" role="status">{words.state[state]}</p>
        <Reason connection={connection} />
        {limit && state !== "revoked" && <Limit limit={limit} />}
      </div>
      {platform === "tiktok" && !isLost(state) && <CreatorDisclosure connectionId={connection.id} />}
      <ConnectionButtons {...{ connection, onReconnect, isConnecting }} />
    </li>
  );
}

function Reason({ connection }: Pick<ConnectionButtonsProps, "connection">) {
  const { texts } = useSurroundings();
  const { moment } = useMoments();
  const words = texts.publishing.connections;
  const { state, state_message, held_until, expires_at } = connection;
  const when = held_until !== null
    ? words.until(moment(held_until))
    : state === "expiring" && expires_at !== null
    ? words.expires(moment(expires_at))
    : null;
  return (
    <>
      {words.hint[state] && <p className="esteira-card-note">{words.hint[state]}</p>}
      {when && <p className="esteira-card-note">{when}</p>}
      {state_message && <p className="esteira-account-said">{state_message}</p>}
    </>
  );
}

function Limit({ limit }: { limit: NonNullable<ShownConnection["limit"]> }) {
  const { texts } = useSurroundings();
  const { moment } = useMoments();
  const isFull = limit.used >= limit.total;
  return (
    <p className="esteira-account-limit" data-full={isFull || undefined}>
      {limitWords(limit, texts, moment)}
      {limit.source === "ours" && ` (${texts.publishing.connections.counted})`}
    </p>
  );
}
