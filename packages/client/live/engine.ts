/** The connection of one supabase client: who is signed in, who holds what, and when something is read. */
import { messageOf } from "../api/message_of.ts";
import type { Logger } from "../api/esteira.ts";
import { type Pace, upTo } from "./back_off.ts";
import type { Channels, ChannelsEvents } from "./channels.ts";
import { holdTopics } from "./held_topics.ts";
import { createHolder, type Hold, type Holder } from "./holder.ts";
import type { Link, SnapshotReason } from "./link.ts";
import { createPoller } from "./poller.ts";
import type { Session } from "./session.ts";
import type { Outcome } from "./snapshot_reader.ts";
import { isSilence } from "./status.ts";
import type { Surroundings } from "./surroundings.ts";
import { tellConnection } from "./told_connection.ts";
import { watchWakeUps } from "./wake_ups.ts";

/** How often somebody who is not there is looked for, milliseconds. */
const LOOK_FOR_USER = 5_000;
/** A connection that is doubted is made anew this often, milliseconds: doubled each time that it did not help. */
const DOUBTS: Pace = { first: 60_000, most: 1_000_000 };

export interface EngineOptions {
  readonly session: Session;
  readonly surroundings: Surroundings;
  readonly logger: Logger;
  /** What keeps the topics of a user joined. */
  readonly openChannels: (userId: string, events: ChannelsEvents) => Channels;
  readonly messagesVia: "realtime" | "sse";
}

/** A Link; `close` ends it for all who use it. */
export function createEngine(options: EngineOptions): Link {
  const { session, surroundings, logger } = options;
  const holders = new Set<Holder>();
  const told = tellConnection(surroundings, logger);
  let user = session.userId();
  let stopWatching: (() => void) | null = null;
  let userTimer: unknown;
  /** Whether the project has answered last; null: nothing is known since the network changed. */
  let answers: boolean | null = null;
  let silence = "";
  /** Whether polls bring what channels do not. */
  let hasPolled = false;
  /** How often the connection was doubted since a broadcast came, and when last. */
  let doubts = 0;
  let doubtedAt = -Infinity;

  const mayRead = () => surroundings.isVisible() && typeof user === "string";
  const readers = () => [...holders].map(({ reader }) => reader);
  const poller = createPoller(readers, mayRead, surroundings);
  const topics = holdTopics({ ...options, answered, changed: settle });

  /** Something has changed: what is due when, and what is told. */
  function settle(): void {
    poller.rearm();
    const missing = topics.missing();
    if (missing === null) hasPolled = false;
    const isBehind = readers().some((reader) => reader.isBehind());
    const isOnline = surroundings.isOnline();
    const isPolling = hasPolled || topics.isHardToJoin();
    const via = missing === null && (isOnline || answers) ? topics.via() : null;
    told.tell(
      { userId: user, isOnline, answers, silence, held: holders.size, missing, isPolling, isBehind },
      via,
    );
  }

  function answered(isBroadcast: boolean): void {
    answers = true;
    if (isBroadcast) doubts = 0;
  }

  function fellSilent(error: unknown): void {
    answers = false;
    silence = messageOf(error);
  }

  // ── who is signed in ─────────────────────────────────────────────────────────────────────────────────────────
  const unlistenUser = session.onUser((next) => {
    const before = user;
    user = next;
    topics.leaveAll();
    for (const { reader } of holders) reader.forget();
    if (before !== undefined) {
      logger.debug("[REALTIME] The user has changed", { from: before, to: next });
      for (const holder of holders) holder.userChanged(next);
    }
    answers = null;
    if (next !== null) { for (const holder of holders) topics.enter(holder, next); }
    lookForUser();
    settle();
  });
  const unlistenToken = session.onToken(() => {
    // What could not be read without one is read now.
    for (const reader of readers()) reader.hurry();
    settle();
  });

  /** What is learned is told by `session.onUser`. */
  function askForUser(): void {
    session.token().then(settle, (error) => {
      fellSilent(error);
      settle();
    });
  }

  /** Until somebody is there: a session that could not be read, or a client that does not tell of sign-ins. */
  function lookForUser(): void {
    surroundings.clearTimeout(userTimer);
    if (holders.size === 0 || typeof user === "string" || user === null && session.tells) return;
    userTimer = surroundings.setTimeout(() => {
      if (surroundings.isVisible()) askForUser();
      lookForUser();
    }, LOOK_FOR_USER);
  }

  // ── waking, hiding, resting ──────────────────────────────────────────────────────────────────────────────────
  function woke(why: string): void {
    logger.debug(`[REALTIME] Connecting anew: ${why}`);
    answers = null;
    askForUser();
    topics.joinAnew(why);
    if (user) { for (const reader of readers()) reader.askAnew("woke"); }
    settle();
  }

  function doubt(): void {
    const now = surroundings.now();
    if (Math.abs(now - doubtedAt) < upTo(doubts, DOUBTS)) return;
    doubts++;
    doubtedAt = now;
    logger.warn("[REALTIME] A read has brought what should have been told: joining anew");
    topics.joinAnew("it may be deaf");
    settle();
  }

  function watch(): void {
    stopWatching ??= watchWakeUps(surroundings, {
      woke,
      visible() {
        for (const reader of readers()) reader.goOn();
        settle();
      },
      hidden: settle,
      offline() {
        answers = null;
        settle();
      },
    });
  }

  function rest(): void {
    stopWatching?.();
    stopWatching = null;
    surroundings.clearTimeout(userTimer);
  }

  // ── holding ──────────────────────────────────────────────────────────────────────────────────────────────────
  function hasRead(outcome: Outcome, reason: SnapshotReason): void {
    if (outcome.ok) {
      answers = true;
      if (reason === "poll") hasPolled = true;
    } else if (isSilence(outcome.error)) fellSilent(outcome.error);
    settle();
  }

  function hold(holding: Hold): () => void {
    const isOffline = () => !surroundings.isOnline() && answers !== true;
    const holder = createHolder(holding, { surroundings, logger, mayRead, isOffline, ended: hasRead });
    holders.add(holder);
    watch();
    if (user) topics.enter(holder, user);
    else lookForUser();
    settle();
    return () => {
      if (!holders.delete(holder)) return;
      holder.close();
      topics.exit(holder);
      if (holders.size === 0) rest();
      settle();
    };
  }

  askForUser();
  const { subscribe, getSnapshot, getServerSnapshot } = told;
  return {
    connection: { subscribe, getSnapshot, getServerSnapshot, retry: () => woke("asked for") },
    userId: () => user,
    onUser: (listener) => session.onUser(listener),
    token: () => session.token(),
    hold,
    missed(topic) {
      for (const { reader } of topics.holdersOf(topic)) reader.ask("gap");
      settle();
    },
    doubt,
    close() {
      unlistenUser();
      unlistenToken();
      for (const holder of holders) holder.close();
      holders.clear();
      topics.leaveAll();
      rest();
      poller.stop();
      session.close();
    },
  };
}
