/** How the screen learns of changes just now. */
import { useConnection } from "../hooks/use_connection.ts";
import { useThemed } from "./parts/themed.ts";

export interface ConnectionBadgeProps {
  /** Shows nothing while all is well. Default false. */
  quiet?: boolean;
  className?: string;
}

export function ConnectionBadge({ quiet = false, className }: ConnectionBadgeProps) {
  const { root, texts } = useThemed();
  const { status, reason, retry } = useConnection();
  const canRetry = status === "polling" || status === "offline";
  const isShown = !(quiet && status === "live");
  return (
    <div
      {...root("connection", className)}
      data-status={status}
      role="group"
      aria-label={texts.connection.label}
    >
      <span
        role="status"
        className="esteira-connection-words"
        title={`${texts.connection.hint[status]} (${reason})`}
      >
        {isShown && (
          <>
            <span className="esteira-connection-dot" aria-hidden="true" />
            {texts.connection.status[status]}
          </>
        )}
      </span>
      {canRetry && (
        <button type="button" className="esteira-connection-retry" onClick={retry}>
          {texts.connection.retry}
        </button>
      )}
    </div>
  );
}
