/** The same object for the same name, for as long as anybody holds it. */

export interface Memo<T extends object> {
  /** The one of this name; made when there is none. */
  get(name: string, make: () => T): T;
  /** Those that somebody holds. */
  all(): T[];
}

/** After so many new names, those whose objects nobody holds any more are forgotten. */
const SWEEP_AFTER = 200;

export function createMemo<T extends object>(): Memo<T> {
  const held = new Map<string, WeakRef<T>>();
  let made = 0;
  return {
    get(name, make) {
      const known = held.get(name)?.deref();
      if (known) return known;
      const fresh = make();
      held.set(name, new WeakRef(fresh));
      if (++made % SWEEP_AFTER === 0) {
        for (const [name, ref] of held) if (!ref.deref()) held.delete(name);
      }
      return fresh;
    },
    all: () => [...held.values()].flatMap((ref) => ref.deref() ?? []),
  };
}
