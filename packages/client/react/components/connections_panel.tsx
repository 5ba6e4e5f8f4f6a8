/** The user's accounts at social platforms: how they stand, what may still be posted, and ways to connect others. */
import { useState } from "react";
import type { ShownConnection } from "../../../../shared/rows/connection.ts";
import { OPTIONS, type PlatformName, platformOf } from "../../../../shared/words/platforms.ts";
import { useConnectionActions } from "../hooks/use_connection_actions.ts";
import { useConnections } from "../hooks/use_connections.ts";
import { type SignInReturn, useSignInReturn } from "../hooks/use_sign_in_return.ts";
import { errorWords } from "../texts/error_words.ts";
import { AccountChoices } from "./parts/account_choices.tsx";
import { ConnectionItem } from "./parts/connection_item.tsx";
import { useThemed } from "./parts/themed.ts";

export interface ConnectionsPanelProps {
  /** Which platforms may be connected. Default: all that something can be published to. */
  platforms?: readonly PlatformName[];
  /** Where the browser comes back to, an address that the operator allows. Default: this page. */
  redirectTo?: string;
  /** Sends the browser to sign in. Default: this tab goes there. */
  open?: (url: string) => void;
  /** What the browser came back with, where the app's router has read it. Default: read off the page's address. */
  returned?: SignInReturn;
  className?: string;
}

const ALL: readonly PlatformName[] = [...new Set(OPTIONS.map(platformOf))];

export function ConnectionsPanel(
  { platforms = ALL, redirectTo, open = (url) => location.assign(url), returned: given, className }:
    ConnectionsPanelProps,
) {
  const { root, texts } = useThemed();
  const { connections, isLoading, error } = useConnections();
  const { returned, dismiss } = useSignInReturn(given);
  const { start, pending, error: refused } = useConnectionActions();
  const [asked, setAsked] = useState<PlatformName | null>(null);
  const words = texts.publishing.connections;
  const connect = async (platform: PlatformName) => {
    setAsked(platform);
    const url = await start(platform, redirectTo ?? location.href);
    if (url !== null) open(url);
  };
  return (
    <div role="group" {...root("connections", className)} aria-label={words.title} aria-busy={isLoading}>
      {returned && <Returned returned={returned} connections={connections} onDone={dismiss} />}
      {error && <p className="esteira-card-error" role="alert">{errorWords(error, texts)}</p>}
      {isLoading && <p className="esteira-card-note">{words.loading}</p>}
      {!isLoading && !error && connections.length === 0 && <p className="esteira-card-note">{words.none}</p>}
      <ul className="esteira-accounts">
        {connections.map((connection) => (
          <ConnectionItem
            key={connection.id}
            connection={connection}
            isConnecting={pending !== null}
            onReconnect={() => void connect(connection.platform)}
          />
        ))}
      </ul>
      {refused && <p className="esteira-card-error" role="alert">{errorWords(refused, texts)}</p>}
      <div className="esteira-actions">
        {platforms.map((platform) => (
          <button
            key={platform}
            type="button"
            className="esteira-button"
            aria-disabled={pending !== null}
            onClick={() => void connect(platform)}
          >
            {pending !== null && asked === platform
              ? words.connecting
              : words.connect(texts.publishing.platforms[platform])}
          </button>
        ))}
      </div>
    </div>
  );
}

/** What came of signing in. */
function Returned({ returned, connections, onDone }: {
  returned: SignInReturn;
  connections: readonly ShownConnection[];
  onDone: () => void;
}) {
  const { texts } = useThemed();
  const words = texts.publishing.connections;
  const { connection: id, choice, error, message } = returned;
  if (choice) return <AccountChoices choice={choice} onDone={onDone} />;
  if (error) {
    const why = Object.assign(new Error(message ?? ""), { code: error });
    return (
      <div className="esteira-step-message" role="alert">
        <p>{words.failed} {error === "no_accounts" ? words.noAccounts : errorWords(why, texts)}</p>
      </div>
    );
  }
  const made = connections.find((connection) => connection.id === id);
  return made
    ? (
      <p className="esteira-connections-made" role="status">
        {words.connected(made.display_name ?? made.external_id)}
      </p>
    )
    : null;
}
