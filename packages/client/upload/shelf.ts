/** Where uploads under way are remembered. */

/** `localStorage`, as far as it is used. */
export interface Shelf {
  readonly length: number;
  key(at: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export const PREFIX = "esteira.upload.";

/** What uploads have left there. */
export function keysOf(shelf: Shelf): string[] {
  return Array.from({ length: shelf.length }, (_, at) => shelf.key(at) ?? "").filter((key) =>
    key.startsWith(PREFIX)
  );
}

/** A shelf that lasts as long as this program. */
export function createShelf(): Shelf {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (at) => [...kept.keys()][at] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

let ofThisProgram: Shelf | undefined;

/** The page's `localStorage`; elsewhere what lasts as long as the program: a server keeps no tokens on its disk. */
export function ownShelf(): Shelf {
  try {
    const { document, localStorage } = globalThis as { document?: unknown; localStorage?: Shelf };
    if (document && localStorage) return localStorage;
  } catch {
    // a page that may not store anything throws already when it is asked for it
  }
  return ofThisProgram ??= createShelf();
}
