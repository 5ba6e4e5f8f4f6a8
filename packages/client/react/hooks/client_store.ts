/** A client that lives as long as somebody shows something of it. */
import type { Esteira } from "../../api/esteira.ts";
import { createStore, type Store } from "../../store/store.ts";

/**
 * The client is made when it is first read, and closed when its last listener has been gone for a moment: StrictMode and
 * Fast Refresh take listeners away and bring them back at once. Who comes back later finds a new one.
 */
export function clientStore(make: () => Esteira): Store<Esteira> {
  let ending: ReturnType<typeof setTimeout> | undefined;
  const store = createStore<Esteira | null>(null, {
    onActive() {
      clearTimeout(ending);
      read();
      return () => {
        ending = setTimeout(() => {
          store.getSnapshot()?.close();
          store.set(null);
        }, 0);
      };
    },
  });
  const read = () => {
    const known = store.getSnapshot();
    if (known) return known;
    const client = make();
    store.set(client);
    return client;
  };
  return { subscribe: store.subscribe, getSnapshot: read, getServerSnapshot: read };
}
