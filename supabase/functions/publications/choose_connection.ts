/** Which connection an option is published with. Pure. */
import type { PublicationIssue } from "../../../shared/publishing/option_rules.ts";
import type { ShownConnection } from "../../../shared/rows/connection.ts";
import type { PlatformName } from "../../../shared/words/platforms.ts";

export interface Chosen {
  connection: ShownConnection | null;
  issues: PublicationIssue[];
  warnings: PublicationIssue[];
}

/** The connection that was named, else the only one of its platform that has not been ended. */
export function chooseConnection(
  platform: PlatformName,
  named: string | null,
  connections: readonly ShownConnection[],
): Chosen {
  const ofPlatform = connections.filter((one) => one.platform === platform);
  if (named !== null) {
    const found = ofPlatform.find(({ id }) => id.toLowerCase() === named);
    return found
      ? usable(found)
      : refuse("connection_not_found", `You have no such connection to ${platform}.`);
  }
  const live = ofPlatform.filter(({ state }) => state !== "revoked");
  const [first, second] = live;
  if (second) {
    const message = `You have several connections to ${platform}: name the one that is meant.`;
    return refuse("connection_ambiguous", message, { allowed: live.map(({ id }) => id) });
  }
  const only = first ?? ofPlatform[0];
  return only ? usable(only) : refuse("connection_not_found", `You have no connection to ${platform}.`);
}

/** One that needs its owner, or is held, is waited for: that is a warning. */
function usable(connection: ShownConnection): Chosen {
  if (connection.state === "revoked") {
    return refuse("connection_revoked", "The connection was ended: connect the account anew.", {
      connectionId: connection.id,
    });
  }
  const warnings = [...needsOwner(connection), ...isHeld(connection)];
  return { connection, issues: [], warnings };
}

function needsOwner({ state, state_message }: ShownConnection): PublicationIssue[] {
  if (state !== "reconnect_needed") return [];
  const message = `It waits until the account is connected again${
    state_message ? `: ${state_message}` : "."
  }`;
  return [{ code: "reconnect_needed", field: "connections", message }];
}

function isHeld({ state, held_until, limit }: ShownConnection): PublicationIssue[] {
  const isFull = limit !== null && limit.used >= limit.total;
  if (state !== "limited" && !isFull) return [];
  const retryAt = held_until ?? limit?.resetsAt ?? null;
  const message = `As much has been posted as this account may post for now${
    retryAt ? `: it waits until ${retryAt}` : ""
  }.`;
  return [{ code: "posting_limit", field: "connections", message, details: { ...limit, retryAt } }];
}

function refuse(code: string, message: string, details: Record<string, unknown> = {}): Chosen {
  return { connection: null, issues: [{ code, field: "connections", message, details }], warnings: [] };
}
