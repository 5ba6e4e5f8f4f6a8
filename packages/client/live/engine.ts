/** The connection of one supabase client: who holds what, what is joined, what is read, and what a screen is told of it. */
import type { Connection, LiveConnection } from "../api/connection.ts";
import type { Logger } from "../api/esteira.ts";
import { createStore } from "../store/store.ts";
import type { Channels, ChannelsEvents } from "./channels.ts";
import type { Link } from "./link.ts";
import { createHolder, type Hold, type Holder } from "./holder.ts";
import { createPoller } from "./poller.ts";
import type { Session } from "./session.ts";
import { isSilence, type Known, statusOf } from "./status.ts";
import type { Surroundings } from "./surroundings.ts";
import { watchWakeUps } from "./wake_ups.ts";

/** How long a topic is kept after its last holder has gone, milliseconds: React takes away and puts back. */
const GRACE = 2_000;
/** How often a client with `accessToken` is asked whether somebody has signed in, milliseconds. */
const LOOK_FOR_USER = 5_000;
/** A moment without the connection, milliseconds: only then is it worth a word that it cannot be had. */
const MOMENT = 2_000;

export interface EngineOptions {
  readonly session: Session;
  readonly surroundings: Surroundings;
  readonly logger: Logger;
  /** What keeps the topics of a user joined. */
  readonly openChannels: (userId: string, events: ChannelsEvents) => Channels;
  readonly messagesVia: "realtime" | "sse";
}

interface HeldTopic {
  readonly holders: Set<Holder>;
  isJoined: boolean;
  /** Why it is not. */
  reason: string;
  /** Failed joins and losses since it was joined last. */
  failures: number;
  /** Since when it is not joined. */
  lostAt: number;
  leaving: unknown;
}

const STARTING: Connection = { status: "catching_up", since: 0, reason: "starting", via: null };

/** A Link; `close` ends it for all who use it. */
export function createEngine(options: EngineOptions): Link {
  const { session, surroundings, logger, openChannels, messagesVia } = options;
  const holders = new Set<Holder>();
  const topics = new Map<string, HeldTopic>();
  const connection = createStore<Connection>({ ...STARTING, since: surroundings.now() }, {
    server: STARTING,
  });
  let user = session.userId();
  let channels: Channels | null = null;
  let stopWatching: (() => void) | null = null;
  let userTimer: unknown;
  let answers: boolean | null = null;
  let silence = "";
  let hasPolled = false;

  const mayRead = () => surroundings.isVisible() && typeof user === "string";
  const readers = function* () {
    for (const { reader } of holders) yield reader;
  };
  const poller = createPoller(readers, mayRead, surroundings);

  // ── what a screen is told ────────────────────────────────────────────────────────────────────────────────────
  function tell(): void {
    const missing = [...topics].find(([, { isJoined }]) => !isJoined);
    if (!missing) hasPolled = false;
    const known: Known = {
      userId: user,
      isOnline: surroundings.isOnline(),
      answers,
      silence,
      held: holders.size,
      missing: missing ? missing[1].reason : null,
      isPolling: hasPolled || [...topics.values()].some(isHardToJoin),
      isBehind: [...readers()].some((reader) => reader.isBehind()),
    };
    const next = statusOf(known);
    const last = connection.getSnapshot();
    const via = channels && next.status !== "offline" && !missing && topics.size > 0 ? channels.via : null;
    if (next.status === last.status && next.reason === last.reason && via === last.via) return;
    const since = next.status === last.status ? last.since : surroundings.now();
    if (next.status !== last.status) {
      logger.debug(`[REALTIME] Connection: ${next.status} (${next.reason})`, { via });
      if (next.status === "polling") {
        logger.warn("[POLLING] Starting fallback polling", { reason: next.reason });
      }
      if (last.status === "polling") logger.debug("[POLLING] Cleanup", { now: next.status });
    }
    connection.set({ ...next, since, via });
  }

  const isHardToJoin = ({ isJoined, failures, lostAt }: HeldTopic) =>
    !isJoined && failures > 1 && Math.abs(surroundings.now() - lostAt) >= MOMENT;

  // ── topics ───────────────────────────────────────────────────────────────────────────────────────────────────
  const events: ChannelsEvents = {
    up(topic) {
      const held = topics.get(topic);
      if (!held) return;
      Object.assign(held, { isJoined: true, failures: 0 });
      answers = true;
      logger.debug(`[REALTIME] Joined ${topic}`);
      for (const holder of held.holders) {
        holder.reader.setJoined(true);
        holder.state({ status: "SUBSCRIBED" });
        holder.reader.ask("joined");
      }
      settle();
    },
    down(topic, reason) {
      const held = topics.get(topic);
      if (!held) return;
      const lostAt = held.isJoined ? surroundings.now() : held.lostAt;
      Object.assign(held, { isJoined: false, reason, failures: held.failures + 1, lostAt });
      logger.warn(`[REALTIME] Lost ${topic}`, { reason });
      for (const holder of held.holders) {
        holder.reader.setJoined(false);
        holder.state(stateOf(reason));
      }
      settle();
    },
    message(message) {
      answers = true;
      for (const holder of topics.get(message.topic)?.holders ?? []) holder.message(message, messagesVia);
    },
  };

  function enter(holder: Holder, userId: string): void {
    const topic = holder.topic = holder.topicOf(userId);
    let held = topics.get(topic);
    if (!held) {
      held = newTopic(surroundings.now());
      topics.set(topic, held);
    }
    surroundings.clearTimeout(held.leaving);
    held.leaving = undefined;
    held.holders.add(holder);
    holder.reader.setJoined(held.isJoined);
    if (held.isJoined) holder.state({ status: "SUBSCRIBED" });
    channels ??= openChannels(userId, events);
    channels.want(topic);
    holder.reader.ask("asked");
  }

  function exit(holder: Holder): void {
    const { topic } = holder;
    const held = topic === null ? undefined : topics.get(topic);
    holder.topic = null;
    if (topic === null || !held) return;
    held.holders.delete(holder);
    if (held.holders.size > 0) return;
    held.leaving = surroundings.setTimeout(() => {
      topics.delete(topic);
      channels?.unwant(topic);
      if (topics.size === 0) rest();
      tell();
    }, GRACE);
  }

  // ── who is signed in ─────────────────────────────────────────────────────────────────────────────────────────
  const unlisten = session.onUser((next) => {
    const before = user;
    user = next;
    leaveAll();
    if (before !== undefined) {
      logger.debug("[REALTIME] The user has changed", { from: before, to: next });
      for (const holder of holders) holder.userChanged(next);
    }
    answers = null;
    if (next !== null) { for (const holder of holders) enter(holder, next); }
    lookForUser();
    settle();
  });

  const unlistenToken = session.onToken(() => {
    // What could not be read without one is read now.
    for (const reader of readers()) reader.hurry();
    settle();
  });

  function leaveAll(): void {
    for (const held of topics.values()) surroundings.clearTimeout(held.leaving);
    topics.clear();
    channels?.close();
    channels = null;
    for (const holder of holders) {
      holder.topic = null;
      holder.reader.setJoined(false);
      holder.reader.forget();
    }
  }

  /** Asks who is signed in. What was learned is told by `session.onUser`. */
  function askForUser(): void {
    session.token().then(tell, (error: Error) => {
      answers = false;
      silence = error.message;
      tell();
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
    channels?.again(why);
    for (const reader of readers()) if (user) reader.askAnew("woke");
    settle();
  }

  function settle(): void {
    poller.rearm();
    tell();
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
    channels?.close();
    channels = null;
    if (holders.size > 0) return;
    stopWatching?.();
    stopWatching = null;
    poller.rearm();
  }

  function hold(holding: Hold): () => void {
    const holder = createHolder(holding, {
      surroundings,
      logger,
      mayRead,
      isOffline: () => !surroundings.isOnline() && answers !== true,
      ended(outcome, reason) {
        if (outcome.ok) {
          answers = true;
          if (reason === "poll") hasPolled = true;
        } else if (isSilence(outcome.error)) {
          answers = false;
          silence = outcome.error instanceof Error ? outcome.error.message : String(outcome.error);
        }
        settle();
      },
    });
    holders.add(holder);
    watch();
    if (user) enter(holder, user);
    else lookForUser();
    settle();
    return () => {
      if (!holders.delete(holder)) return;
      holder.close();
      exit(holder);
      if (holders.size === 0) surroundings.clearTimeout(userTimer);
      if (topics.size === 0) rest();
      settle();
    };
  }

  askForUser();
  const live: LiveConnection = {
    subscribe: connection.subscribe,
    getSnapshot: connection.getSnapshot,
    getServerSnapshot: connection.getServerSnapshot,
    retry: () => woke("asked for"),
  };
  return {
    connection: live,
    userId: () => user,
    onUser: (listener) => session.onUser(listener),
    token: () => session.token(),
    hold,
    missed(topic: string) {
      for (const { reader } of topics.get(topic)?.holders ?? []) reader.ask("gap");
      settle();
    },
    close() {
      unlisten();
      unlistenToken();
      for (const holder of holders) holder.close();
      holders.clear();
      leaveAll();
      surroundings.clearTimeout(userTimer);
      poller.stop();
      stopWatching?.();
      session.close();
    },
  };
}

function newTopic(now: number): HeldTopic {
  return {
    holders: new Set(),
    isJoined: false,
    reason: "joining",
    failures: 0,
    lostAt: now,
    leaving: undefined,
  };
}

/** The states of supabase-js, from the reason that the socket gave. */
function stateOf(reason: string): { status: "CHANNEL_ERROR" | "TIMED_OUT" | "CLOSED"; error: Error } {
  const status = (["TIMED_OUT", "CLOSED"] as const).find((state) => reason.startsWith(state));
  return { status: status ?? "CHANNEL_ERROR", error: new Error(reason) };
}
