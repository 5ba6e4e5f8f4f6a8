/** The accounts of whoever has signed in at a platform and has several: which is meant? */
import { useEffect, useMemo } from "react";
import type { ChoicesResponse } from "../../../../shared/requests/requests_connections.ts";
import type { Connection } from "../../../../shared/rows/connection.ts";
import type { Connections } from "../../api/connections.ts";
import { createStore } from "../../store/store.ts";
import { useEsteira } from "./surroundings_context.ts";
import { toError } from "./to_error.ts";
import { useStore } from "./use_store.ts";

export interface Choices {
  /** Null until the first page is there. */
  readonly platform: ChoicesResponse["platform"] | null;
  readonly accounts: ChoicesResponse["accounts"];
  readonly hasMore: boolean;
  /** What is asked for just now: a page, or an account by its id there. */
  readonly pending: string | null;
  readonly error: Error | null;
}

export interface UseChoices extends Choices {
  more: () => Promise<void>;
  /** The connection; null when it could not be made. */
  choose: (externalId: string) => Promise<Connection | null>;
}

const PAGE = "page";

export function useChoices(id: string): UseChoices {
  const { connections } = useEsteira();
  const { store, more, choose } = useMemo(() => createChoices(connections, id), [connections, id]);
  useEffect(() => void more(), [more]);
  return { ...useStore(store), more, choose };
}

function createChoices(connections: Connections, id: string) {
  let cursor: string | null | undefined;
  const store = createStore<Choices>({
    platform: null,
    accounts: [],
    hasMore: false,
    pending: null,
    error: null,
  });
  const tell = (change: Partial<Choices>) => store.set({ ...store.getSnapshot(), ...change });

  async function ask<R>(pending: string, question: () => Promise<R>): Promise<R | null> {
    if (store.getSnapshot().pending !== null) return null;
    tell({ pending, error: null });
    try {
      const answer = await question();
      tell({ pending: null });
      return answer;
    } catch (error) {
      tell({ pending: null, error: toError(error) });
      return null;
    }
  }

  return {
    store,
    async more() {
      if (cursor === null) return;
      const page = await ask(PAGE, () => connections.choices(id, cursor ? { cursor } : {}));
      if (!page) return;
      cursor = page.nextCursor;
      const accounts = [...store.getSnapshot().accounts, ...page.accounts];
      tell({ platform: page.platform, accounts, hasMore: cursor !== null });
    },
    async choose(externalId: string) {
      const connection = await ask(externalId, () => connections.choose(id, externalId));
      if (!connection) return null;
      tell({
        accounts: store.getSnapshot().accounts.map((account) =>
          account.externalId === externalId ? { ...account, isConnected: true } : account
        ),
      });
      return connection;
    },
  };
}
