/** One tool of the project: its title, its price, which files it takes. */
import { useMemo } from "react";
import type { Tool } from "../../../../shared/rows/tool.ts";
import type { Esteira } from "../../api/esteira.ts";
import { createStore, type Store } from "../../store/store.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { constantStore, useStore } from "./use_store.ts";

const NONE = constantStore<readonly Tool[]>([]);
const stores = new WeakMap<Esteira, Store<readonly Tool[]>>();

/** Null until the tools are read, and where there is none of this name. Without a client above: null. */
export function useTool(name: string | null): Tool | null {
  const { client } = useSurroundings();
  const store = useMemo(() => client && name !== null ? toolsOf(client) : NONE, [client, name]);
  return useStore(store).find(({ tool }) => tool === name) ?? null;
}

/** The client's tools, read when somebody first listens; read again by the next who comes, if that failed. */
function toolsOf(client: Esteira): Store<readonly Tool[]> {
  const known = stores.get(client);
  if (known) return known;
  const store = createStore<readonly Tool[]>([], {
    onActive() {
      if (store.getSnapshot().length === 0) client.tools().then(store.set, ignored);
      return () => {};
    },
  });
  stores.set(client, store);
  return store;
}

/** Titles and rules are a help: without them the server still checks what it is given. */
function ignored(): void {}
