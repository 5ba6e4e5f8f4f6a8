/**
 * What is remembered of uploads under way, so that they go on after a reload: where the pieces go, and the token for it,
 * which is good for two hours and for one path of its user. It is forgotten when the file is there, when it has expired, and
 * when its user signs out.
 */
import type { Surroundings } from "../live/surroundings.ts";

/** `localStorage`, as far as it is used. */
export interface Shelf {
  readonly length: number;
  key(at: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** An upload that was begun. Times are milliseconds since 1970. */
export interface Begun {
  readonly user: string;
  /** Where its pieces go. */
  readonly url: string;
  readonly path: string;
  readonly token: string;
  readonly expiresAt: number;
}

export interface Memory {
  /** What was begun of this file and is still good for a while. */
  recall(fingerprint: string): Begun | null;
  remember(fingerprint: string, begun: Begun): void;
  forget(fingerprint: string): void;
  /** Forgets what has expired, and what is of others than `user`. */
  sweep(user?: string | null): void;
}

const PREFIX = "esteira.upload.";
/** What ends sooner than this is not begun again with, in ms. */
const MARGIN_MS = 5 * 60_000;

/** A shelf that refuses (a private window, a full disk) only means that uploads begin anew. */
export function createMemory(shelf: Shelf, { now }: Pick<Surroundings, "now">): Memory {
  function read(key: string): Begun | null {
    try {
      const begun: unknown = JSON.parse(shelf.getItem(key) ?? "null");
      return isBegun(begun) ? begun : null;
    } catch {
      return null;
    }
  }
  function keys(): string[] {
    return Array.from({ length: shelf.length }, (_, at) => shelf.key(at) ?? "").filter((key) =>
      key.startsWith(PREFIX)
    );
  }
  const isGood = (begun: Begun | null): begun is Begun =>
    begun !== null && begun.expiresAt > now() + MARGIN_MS;
  return {
    recall(fingerprint) {
      const begun = read(PREFIX + fingerprint);
      return isGood(begun) ? begun : null;
    },
    remember: (fingerprint, begun) =>
      quietly(() => shelf.setItem(PREFIX + fingerprint, JSON.stringify(begun))),
    forget: (fingerprint) => quietly(() => shelf.removeItem(PREFIX + fingerprint)),
    sweep(user) {
      quietly(() => {
        for (const key of keys()) {
          const begun = read(key);
          if (!isGood(begun) || (user !== undefined && begun.user !== user)) shelf.removeItem(key);
        }
      });
    },
  };
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

const ofThisProgram = createShelf();

/** The page's `localStorage`; elsewhere what lasts as long as the program: a server keeps no tokens on its disk. */
export function ownShelf(): Shelf {
  try {
    const { document, localStorage } = globalThis as { document?: unknown; localStorage?: Shelf };
    return document && localStorage ? localStorage : ofThisProgram;
  } catch {
    return ofThisProgram; // a page that may not store anything throws already when it is asked for it
  }
}

function isBegun(begun: unknown): begun is Begun {
  if (typeof begun !== "object" || begun === null) return false;
  const fields: Record<string, unknown> = { ...begun };
  return ["user", "url", "path", "token"].every((name) => typeof fields[name] === "string") &&
    typeof fields.expiresAt === "number";
}

function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // nothing depends on it
  }
}
