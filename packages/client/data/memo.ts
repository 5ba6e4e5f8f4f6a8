/** The same object for the same name, for as long as anybody holds it. */

export interface Memo<T extends object> {
  /** The one of this name; made when there is none. */
  get(name: string, make: () => T): T;
  set(name: string, one: T): void;
  /** Those that somebody holds. */
  all(): T[];
}

/** After so many new names, those whose objects nobody holds any more are forgotten. */
const SWEEP_AFTER = 200;

export function createMemo<T extends object>(): Memo<T> {
  const held = new Map<string, WeakRef<T>>();
  let made = 0;
  function set(name: string, one: T): void {
    held.set(name, new WeakRef(one));
    if (++made % SWEEP_AFTER !== 0) return;
    for (const [name, ref] of held) if (!ref.deref()) held.delete(name);
  }
  return {
    set,
    get(name, make) {
      const known = held.get(name)?.deref();
      if (known) return known;
      const fresh = make();
      set(name, fresh);
      return fresh;
    },
    all: () => [...held.values()].flatMap((ref) => ref.deref() ?? []),
  };
}
