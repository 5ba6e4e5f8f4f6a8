/** What addresses have answered with, by their ETag: a poll that finds nothing new costs a 304 and no body. */

export interface Tagged {
  readonly etag: string;
  readonly body: unknown;
}

/** How many answers are kept; a client polls a handful of addresses. */
const MOST = 32;

export interface ETags {
  get(address: string): Tagged | undefined;
  set(address: string, tagged: Tagged): void;
  clear(): void;
}

/** Keeps those used last. */
export function createETags(most: number = MOST): ETags {
  const kept = new Map<string, Tagged>();
  return {
    get(address) {
      const tagged = kept.get(address);
      if (!tagged) return undefined;
      kept.delete(address);
      kept.set(address, tagged);
      return tagged;
    },
    set(address, tagged) {
      kept.delete(address);
      kept.set(address, tagged);
      for (const oldest of kept.keys()) {
        if (kept.size <= most) break;
        kept.delete(oldest);
      }
    },
    clear: () => kept.clear(),
  };
}
