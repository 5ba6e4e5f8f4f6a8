/** What is said between a worker with a clock of its own and whoever has started it. */
import type { Truth } from "../compared.ts";
import type { Person } from "../world.ts";

export type Order =
  | { kind: "open"; url: string; key: string; person: Person; aheadMs: number }
  /** Somebody sets the clock: it is so far ahead from now on. */
  | { kind: "set"; aheadMs: number }
  | { kind: "close" };

export type Told =
  | {
    kind: "shown";
    shows: Truth | undefined;
    connection: string;
    lines: readonly string[];
    wrongs: readonly string[];
  }
  | { kind: "closed" }
  | { kind: "failed"; message: string };
