/**
 * What is remembered of uploads under way, so that they go on after a reload: where the pieces go, and the token for it,
 * which is good for two hours and for one path of its user. It is forgotten when the file is there, when it has expired, and
 * when its user signs out.
 */
import type { Surroundings } from "../live/surroundings.ts";
import { keysOf, PREFIX, type Shelf } from "./shelf.ts";

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
        for (const key of keysOf(shelf)) {
          const begun = read(key);
          if (!isGood(begun) || (user !== undefined && begun.user !== user)) shelf.removeItem(key);
        }
      });
    },
  };
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
