/** A store that tells of changes no faster than they can be painted. */
import { createStore, type Store } from "../../store/store.ts";
import { onNextFrame } from "./next_frame.ts";

/**
 * Shows what `store` shows: the first change at once, all that come before the next frame together when it begins. What
 * `isSmall` says is rendered in no time is shown at once, however fast it comes.
 */
export function pacedStore<T>(store: Store<T>, isSmall: (snapshot: T) => boolean = () => false): Store<T> {
  let isActive = false;
  const paced = createStore<T>(store.getSnapshot(), {
    server: store.getServerSnapshot(),
    onActive() {
      let cancel: (() => void) | undefined;
      let isDue = false;
      const show = () => {
        isDue = false;
        cancel?.();
        cancel = onNextFrame(() => {
          cancel = undefined;
          if (isDue) show();
        });
        paced.set(store.getSnapshot());
      };
      const end = store.subscribe(() => {
        if (cancel && !isSmall(store.getSnapshot())) isDue = true;
        else show();
      });
      paced.set(store.getSnapshot());
      isActive = true;
      return () => {
        isActive = false;
        cancel?.();
        end();
      };
    },
  });
  return {
    subscribe: paced.subscribe,
    getSnapshot: () => isActive ? paced.getSnapshot() : store.getSnapshot(),
    getServerSnapshot: store.getServerSnapshot,
  };
}
