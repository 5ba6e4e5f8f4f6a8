/** The connection as a screen is told of it, and as the log is. */
import type { Connection } from "../api/connection.ts";
import type { Logger } from "../api/esteira.ts";
import { createStore, type Store } from "../store/store.ts";
import { type Known, statusOf } from "./status.ts";
import type { Surroundings } from "./surroundings.ts";

export interface ToldConnection extends Store<Connection> {
  /** Says what is known now; the screen is told if that changes what it shows. */
  tell(known: Known, via: Connection["via"]): void;
}

const STARTING: Connection = { status: "catching_up", since: 0, reason: "starting", via: null };

export function tellConnection(surroundings: Surroundings, logger: Logger): ToldConnection {
  const { set, ...store } = createStore<Connection>({ ...STARTING, since: surroundings.now() }, {
    server: STARTING,
  });

  function note(last: Connection, { status, reason, via }: Connection): void {
    logger.debug(`[REALTIME] Connection: ${status} (${reason})`, { via });
    if (status === "polling") logger.warn("[POLLING] Starting fallback polling", { reason });
    if (last.status === "polling") logger.debug("[POLLING] Cleanup", { now: status });
  }

  return {
    ...store,
    tell(known, via) {
      const last = store.getSnapshot();
      const { status, reason } = statusOf(known);
      if (status === last.status && reason === last.reason && via === last.via) return;
      const since = status === last.status ? last.since : surroundings.now();
      const next = { status, since, reason, via };
      if (status !== last.status) note(last, next);
      set(next);
    },
  };
}
