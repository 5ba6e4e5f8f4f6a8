/** What is told of a connection, one thing below the other. */
import { Fragment, type ReactNode } from "react";
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { CopyButton } from "../../ui/copy_button.tsx";
import { Duration, Moment } from "../../ui/figures.tsx";
import { ConnectionState } from "./connection_state.tsx";
import { LimitMeter } from "./limit_meter.tsx";
import type { Connection } from "./rows.ts";
import { connectionsTexts } from "./texts.ts";

export function ConnectionDetails({ connection }: { connection: Connection }) {
  const { head, detail, never, over, until, untilResumed, source, resets } = useTexts(connectionsTexts);
  const { limit } = connection;
  const told: readonly (readonly [string, ReactNode])[] = [
    [head.state, <ConnectionState key="state" connection={connection} />],
    ...connection.state_code
      ? [
        [
          detail.why,
          <Fragment key="why">
            <code>{connection.state_code}</code> {connection.state_message}
          </Fragment>,
        ] as const,
      ]
      : [],
    ...connection.state === "limited"
      ? [
        [
          detail.held,
          connection.held_until
            ? (
              <Fragment key="held">
                {until} <Moment at={connection.held_until} />
              </Fragment>
            )
            : untilResumed,
        ] as const,
      ]
      : [],
    [head.user, connection.user_email ?? connection.user_id],
    [detail.externalId, connection.external_id],
    [
      detail.id,
      <Fragment key="id">
        <code>{connection.id}</code> <CopyButton text={connection.id} />
      </Fragment>,
    ],
    [detail.since, <Moment key="since" at={connection.created_at} />],
    [
      head.expires,
      connection.expires_ms === null
        ? never
        : connection.expires_ms === 0
        ? over
        : <Duration key="expires" ms={connection.expires_ms} />,
    ],
    [detail.access, <Access key="access" connection={connection} />],
    [
      head.limit,
      <Fragment key="limit">
        <LimitMeter limit={limit} /> {limit && (
          <span className="quiet">
            {(source as Record<string, string>)[limit.source ?? ""]}
            {limit.resetsAt && (
              <>
                , {resets} <Moment at={limit.resetsAt} />
              </>
            )}
          </span>
        )}
      </Fragment>,
    ],
    [head.checked, <Moment key="checked" at={connection.checked_at} />],
    [
      head.scopes,
      connection.scopes.length > 0 ? <Scopes key="scopes" scopes={connection.scopes} /> : detail.noScopes,
    ],
  ];
  return (
    <dl className="connection-details">
      {told.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Scopes({ scopes }: { scopes: readonly string[] }) {
  return (
    <ul className="scopes">
      {scopes.map((scope) => (
        <li key={scope}>
          <code>{scope}</code>
        </li>
      ))}
    </ul>
  );
}

function Access({ connection: { access } }: { connection: Connection }) {
  const { detail } = useTexts(connectionsTexts);
  const [language] = useLanguage();
  if (!access) return detail.noAccess;
  return (
    <ul className="scopes">
      {access.expires_at && (
        <li>
          {detail.accessUntil} <Moment at={access.expires_at} />
        </li>
      )}
      <li>
        {detail.renewed}: <Moment at={access.refreshed_at} />
      </li>
      <li>{detail.renewal}: {access.can_be_renewed ? detail.renews : detail.cannotRenew}</li>
      {access.renew_at && (
        <li>
          {detail.nextRenewal} <Moment at={access.renew_at} />
        </li>
      )}
      {access.failures > 0 && <li>{detail.renewalFailures(wholeIn(language, access.failures))}</li>}
    </ul>
  );
}
