/** What the client knows of where it runs: clocks, chance, the page, the network. Tests put their own in its place. */

/** `navigator.locks`, as far as it is used. */
export interface Locks {
  request(
    name: string,
    options: { mode?: "exclusive"; steal?: boolean; ifAvailable?: boolean; signal?: AbortSignal },
    held: (lock: unknown) => Promise<void>,
  ): Promise<void>;
}

export interface Surroundings {
  /** Milliseconds since 1970. It may jump: a laptop sleeps, a person sets the clock. */
  now(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  /** 0 to 1, without 1. */
  random(): number;
  uuid(): string;
  /** False: nobody looks at this page. Always true where there is no page. */
  isVisible(): boolean;
  /** False: certainly no network. */
  isOnline(): boolean;
  /** Tells of `visible`, `hidden`, `online`, `offline` and `restored` (from the back-forward cache), until the returned function is called. */
  watch(tell: (what: "visible" | "hidden" | "online" | "offline" | "restored") => void): () => void;
  readonly locks: Locks | undefined;
  readonly BroadcastChannel: typeof BroadcastChannel | undefined;
}
