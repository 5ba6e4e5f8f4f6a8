/** What can be done about an account at a platform. */
import { useRef, useState } from "react";
import type { ShownConnection } from "../../../../../shared/rows/connection.ts";
import { useConnectionActions } from "../../hooks/use_connection_actions.ts";
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { errorWords } from "../../texts/error_words.ts";

export interface ConnectionButtonsProps {
  connection: ShownConnection;
  /** Signs in once more. */
  onReconnect: () => void;
  isConnecting: boolean;
}

export function ConnectionButtons({ connection, onReconnect, isConnecting }: ConnectionButtonsProps) {
  const { texts } = useSurroundings();
  const { refresh, disconnect, pending, error } = useConnectionActions();
  const [isAsking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const words = texts.publishing.connections;
  const { id, state } = connection;
  const isLost = state === "reconnect_needed" || state === "revoked";
  if (isAsking && pending === null) {
    const keep = () => {
      setAsking(false);
      requestAnimationFrame(() => button.current?.focus());
    };
    return (
      <div className="esteira-ask" role="group" aria-label={words.disconnect}>
        <p className="esteira-card-note">{words.disconnectAsk}</p>
        <button type="button" className="esteira-button" autoFocus onClick={keep}>{words.keep}</button>
        <button
          type="button"
          className="esteira-button"
          data-kind="danger"
          onClick={() => (setAsking(false), void disconnect(id))}
        >
          {words.disconnectAnyway}
        </button>
      </div>
    );
  }
  return (
    <div className="esteira-actions">
      {isLost
        ? (
          <button
            type="button"
            className="esteira-button"
            data-kind="primary"
            aria-disabled={isConnecting}
            onClick={onReconnect}
          >
            {words.reconnect}
          </button>
        )
        : (
          <button
            type="button"
            className="esteira-button"
            aria-disabled={pending !== null}
            onClick={() => void refresh(id)}
          >
            {pending === "refresh" ? words.refreshing : words.refresh}
          </button>
        )}
      {state !== "revoked" && (
        <button
          ref={button}
          type="button"
          className="esteira-button"
          aria-disabled={pending !== null}
          onClick={() => setAsking(true)}
        >
          {pending === "disconnect" ? words.disconnecting : words.disconnect}
        </button>
      )}
      {error && <p className="esteira-card-error" role="alert">{errorWords(error, texts)}</p>}
    </div>
  );
}
