/** What is said between the benchmark and the worker in which its clients live, so that they have a thread of their own. */

/** `alone`: supabase-js as an app would use it by itself. `ours`: `@esteira/client` on top of it. */
export type Who = "alone" | "ours";

export interface Someone {
  readonly id: string;
  readonly token: string;
}

export type Order =
  | { kind: "open"; who: Who; url: string; key: string; people: readonly Someone[] }
  /** Creates a job of the tool `image` as the first of the people. */
  | { kind: "create"; prompt: string }
  /** Asks for what was learned since the last time. */
  | { kind: "tell" }
  | { kind: "close" };

/** A state of a job that a client's callback was called with for the first time. */
export interface Learned {
  readonly id: string;
  readonly version: number;
  /** Whether it says that the provider's webhook has come, or more than that. */
  readonly isAnswered: boolean;
  readonly isCompleted: boolean;
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
}

export type Told =
  | { kind: "opened" }
  | { kind: "learned"; learned: readonly Learned[] }
  | { kind: "closed" }
  | { kind: "failed"; message: string };

/** Now, on the one clock that all threads of this machine share: milliseconds since 1970, with fractions. */
export const now = (): number => performance.timeOrigin + performance.now();
