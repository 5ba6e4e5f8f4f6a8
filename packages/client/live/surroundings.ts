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

/** The surroundings of this process: a browser's page, Node, Deno, or a server that renders. */
export function browserSurroundings(): Surroundings {
  const here = globalThis as unknown as Page;
  return {
    now: () => Date.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    random: () => Math.random(),
    uuid: () => crypto.randomUUID?.() ?? uuidByHand(),
    isVisible: () => here.document?.visibilityState !== "hidden",
    isOnline: () => here.document === undefined || here.navigator?.onLine !== false,
    watch(tell) {
      const { document } = here;
      if (!document) return () => {};
      const seen = () => tell(document.visibilityState === "hidden" ? "hidden" : "visible");
      const [online, offline] = [() => tell("online"), () => tell("offline")];
      const shown = (event: { persisted?: boolean }) => {
        if (event.persisted) tell("restored");
      };
      document.addEventListener("visibilitychange", seen);
      const ofWindow: [string, (event: { persisted?: boolean }) => void][] = [
        ["online", online],
        ["offline", offline],
        ["pageshow", shown],
      ];
      for (const [name, listener] of ofWindow) here.addEventListener?.(name, listener);
      return () => {
        document.removeEventListener("visibilitychange", seen);
        for (const [name, listener] of ofWindow) here.removeEventListener?.(name, listener);
      };
    },
    // Only pages share: processes of Deno and Node have no tabs.
    locks: here.document ? here.navigator?.locks : undefined,
    BroadcastChannel: here.document ? here.BroadcastChannel : undefined,
  };
}

/** The little of a browser's page that is used; all of it may be missing. */
interface Page {
  document?: Events & { readonly visibilityState: string };
  navigator?: { readonly onLine?: boolean; readonly locks?: Locks };
  BroadcastChannel?: typeof BroadcastChannel;
  addEventListener?: Events["addEventListener"];
  removeEventListener?: Events["removeEventListener"];
}
interface Events {
  addEventListener(name: string, listener: (event: { persisted?: boolean }) => void): void;
  removeEventListener(name: string, listener: (event: { persisted?: boolean }) => void): void;
}

/** For pages without https: they have no `randomUUID`. */
function uuidByHand(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte, i) => {
    const marked = i === 6 ? byte & 0x0f | 0x40 : i === 8 ? byte & 0x3f | 0x80 : byte;
    return marked.toString(16).padStart(2, "0");
  }).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
