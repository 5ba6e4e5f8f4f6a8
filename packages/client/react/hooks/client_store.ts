/** Clients that live as long as somebody shows something of them. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Esteira } from "../../api/esteira.ts";
import { createStore, type Store } from "../../store/store.ts";

const stores = new WeakMap<SupabaseClient, Store<Esteira>>();

/**
 * The one client over `supabase`: whoever asks again, such as StrictMode's second render, is given the same, and `make` of
 * whoever asked first. It is made when it is first read, and closed when its last listener has been gone for a moment:
 * StrictMode and Fast Refresh take listeners away and bring them back at once. Who comes back later finds a new one.
 */
export function clientStore(supabase: SupabaseClient, make: () => Esteira): Store<Esteira> {
  const known = stores.get(supabase);
  if (known) return known;
  const made = storeOf(make);
  stores.set(supabase, made);
  return made;
}

function storeOf(make: () => Esteira): Store<Esteira> {
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
