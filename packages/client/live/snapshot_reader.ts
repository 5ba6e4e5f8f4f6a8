/** Reads the snapshots of one holding: never two at once, and none that was needed is forgotten. */
import type { Holding, SnapshotReason } from "./link.ts";
import type { Surroundings } from "./surroundings.ts";

/** A read that takes longer is given up, milliseconds: its connection is dead. */
const TAKES_AT_MOST = 15_000;
/** A read that was given up and goes on all the same is not waited for any longer, milliseconds. */
const ENDS_WITHIN = 1_000;
/** How often something is read while broadcasts do not bring it, and while they do; milliseconds. */
const POLL = 5_000;
const SAFETY_NET = 30_000;

export type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

export interface SnapshotReader {
  readonly holding: Pick<Holding, "snapshot" | "isOpen">;
  /** Whether its topic is joined: broadcasts come. */
  setJoined(isJoined: boolean): void;
  isJoined(): boolean;
  /** Whether something was missed that no snapshot has read since. */
  isBehind(): boolean;
  /** Reads soon; while it may not, as soon as it may. All reasons but `poll` leave it behind until a read succeeds. */
  ask(reason: SnapshotReason): void;
  /** What runs is given up: its connection may be dead. Then as `ask`. */
  askAnew(reason: SnapshotReason): void;
  /** If the last read has failed: once more, now. */
  hurry(): void;
  /** Reads what was asked for while it could not, or is due; called when it may read again, and when the time has come. */
  goOn(): void;
  /** When it is to be looked at again, milliseconds since 1970. */
  dueAt(): number;
  /** Gives up what runs, and what is asked for. */
  forget(): void;
}

export interface SnapshotReaderOptions {
  readonly surroundings: Surroundings;
  /** False: hidden, or nobody is signed in. */
  mayRead(): boolean;
  /** The browser says that there is no network: it may be wrong, so it is asked all the same, if rarely. */
  isOffline(): boolean;
  ended(outcome: Outcome, reason: SnapshotReason): void;
}

export function createSnapshotReader(
  holding: Pick<Holding, "snapshot" | "isOpen">,
  { surroundings, mayRead, isOffline, ended }: SnapshotReaderOptions,
): SnapshotReader {
  let isJoined = false;
  let isBehind = false;
  let wanted: SnapshotReason | null = null;
  let running: { readonly abort: AbortController; isGivenUp: boolean } | null = null;
  let failures = 0;
  let restedAt = surroundings.now();
  let jitter = surroundings.random();

  function start(reason: SnapshotReason): void {
    wanted = null;
    const mine = running = { abort: new AbortController(), isGivenUp: false };
    const timer = surroundings.setTimeout(
      () => mine.abort.abort(new DOMException("no answer", "TimeoutError")),
      TAKES_AT_MOST,
    );
    read(reason, mine.abort.signal).then(
      (): Outcome => ({ ok: true }),
      (error: unknown): Outcome => ({ ok: false, error }),
    ).then((outcome) => {
      surroundings.clearTimeout(timer);
      running = null;
      if (!mine.isGivenUp) account(outcome, reason);
      if (wanted !== null && running === null && mayRead()) start(wanted);
    });
  }

  function account(outcome: Outcome, reason: SnapshotReason): void {
    failures = outcome.ok ? 0 : failures + 1;
    if (outcome.ok && wanted === null) isBehind = false;
    rest();
    ended(outcome, reason);
  }

  /** Ends when the read ends, or soon after it was aborted: a read may be deaf to its signal. */
  function read(reason: SnapshotReason, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: unknown;
      signal.addEventListener("abort", () => {
        timer = surroundings.setTimeout(() => reject(signal.reason), ENDS_WITHIN);
      }, { once: true });
      Promise.resolve().then(() => holding.snapshot(reason, signal)).then(resolve, reject)
        .finally(() => surroundings.clearTimeout(timer));
    });
  }

  function rest(): void {
    restedAt = surroundings.now();
    jitter = surroundings.random();
  }

  function giveUp(): void {
    if (!running) return;
    running.isGivenUp = true;
    running.abort.abort(new DOMException("given up", "AbortError"));
  }

  function ask(reason: SnapshotReason): void {
    if (reason !== "poll") isBehind = true;
    wanted = wanted === null || wanted === "poll" ? reason : wanted;
    if (running === null && mayRead()) start(wanted);
  }

  /** Waits are up to a fifth shorter than they may be, so that clients do not ask in step. */
  function wait(): number {
    const isQuiet = isJoined && !isBehind || isOffline();
    const slower = failures > 1 && !isOpen() ? failures : 1; // nobody waits for it, so a silent project is spared
    return (isQuiet ? SAFETY_NET : Math.min(POLL * slower, SAFETY_NET)) * (1 - jitter / 5);
  }

  function isOpen(): boolean {
    try {
      return holding.isOpen();
    } catch {
      return true;
    }
  }

  return {
    holding,
    setJoined: (next) => void (isJoined = next),
    isJoined: () => isJoined,
    isBehind: () => isBehind,
    ask,
    askAnew(reason) {
      giveUp();
      ask(reason);
    },
    hurry() {
      if (failures > 0 && running === null && mayRead()) start(isBehind ? "joined" : "woke");
    },
    goOn() {
      if (running !== null || !mayRead()) return;
      if (wanted !== null) return start(wanted);
      const now = surroundings.now();
      if (now >= restedAt && now < restedAt + wait()) return;
      if (isBehind) start("joined");
      else if (isOpen()) start("poll");
      else rest();
    },
    dueAt: () => running === null ? restedAt + wait() : Infinity,
    forget() {
      giveUp();
      wanted = null;
      isBehind = false;
      failures = 0;
      rest();
    },
  };
}
