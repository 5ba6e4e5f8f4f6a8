/** The topics that are held, who holds them, and the channels that keep them joined while a user is signed in. */
import type { Logger } from "../api/esteira.ts";
import type { Channels, ChannelsEvents } from "./channels.ts";
import type { Holder } from "./holder.ts";
import type { Surroundings } from "./surroundings.ts";

/** How long a topic is kept after its last holder has gone, milliseconds: React takes away and puts back. */
const GRACE = 2_000;
/** A moment without the connection, milliseconds: only then is it worth a word that it cannot be had. */
const MOMENT = 2_000;

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

export interface HeldTopics {
  /** A holder holds its topic; it is told when that is joined, and reads. */
  enter(holder: Holder, userId: string): void;
  /** It does so no more. The topic is left a moment later, if nobody else holds it. */
  exit(holder: Holder): void;
  /** Lets go of everything at once: the user has gone. */
  leaveAll(): void;
  joinAnew(reason: string): void;
  holdersOf(topic: string): Iterable<Holder>;
  /** Why the first topic that is not joined is not; null: all are. */
  missing(): string | null;
  /** Whether one of them cannot be joined, for more than a moment. */
  isHardToJoin(): boolean;
  /** What brings messages; null: nothing is held. */
  via(): Channels["via"] | null;
}

export interface HeldTopicsOptions {
  readonly surroundings: Surroundings;
  readonly logger: Logger;
  readonly openChannels: (userId: string, events: ChannelsEvents) => Channels;
  readonly messagesVia: "realtime" | "sse";
  /** The project has told something; a broadcast? */
  readonly answered: (isBroadcast: boolean) => void;
  /** What is joined has changed. */
  readonly changed: () => void;
}

export function holdTopics(options: HeldTopicsOptions): HeldTopics {
  const { surroundings, logger, openChannels, messagesVia, answered, changed } = options;
  const topics = new Map<string, HeldTopic>();
  let channels: Channels | null = null;

  const events: ChannelsEvents = {
    up(topic) {
      const held = topics.get(topic);
      if (!held) return;
      Object.assign(held, { isJoined: true, failures: 0 });
      logger.debug(`[REALTIME] Joined ${topic}`);
      for (const holder of held.holders) {
        holder.reader.setJoined(true);
        holder.state({ status: "SUBSCRIBED" });
        holder.reader.ask("joined");
      }
      answered(false);
      changed();
    },
    doubted(topic, reason) {
      const held = topics.get(topic);
      if (held) lose(held, reason);
    },
    down(topic, reason) {
      const held = topics.get(topic);
      if (!held) return;
      held.failures++;
      logger.warn(`[REALTIME] Lost ${topic}`, { reason });
      lose(held, reason);
      for (const holder of held.holders) holder.state(stateOf(reason));
    },
    message(message) {
      answered(true);
      for (const holder of topics.get(message.topic)?.holders ?? []) holder.message(message, messagesVia);
    },
  };

  function lose(held: HeldTopic, reason: string): void {
    if (held.isJoined) held.lostAt = surroundings.now();
    Object.assign(held, { isJoined: false, reason });
    for (const holder of held.holders) holder.reader.setJoined(false);
    changed();
  }

  function begin(topic: string): HeldTopic {
    const held: HeldTopic = {
      holders: new Set(),
      isJoined: false,
      reason: "joining",
      failures: 0,
      lostAt: surroundings.now(),
      leaving: undefined,
    };
    topics.set(topic, held);
    return held;
  }

  function leave(topic: string): void {
    topics.delete(topic);
    channels?.unwant(topic);
    if (topics.size === 0) closeChannels();
    changed();
  }

  /** Not those that are left in a moment. */
  const wanted = () => [...topics.values()].filter(({ holders }) => holders.size > 0);

  function closeChannels(): void {
    channels?.close();
    channels = null;
  }

  return {
    enter(holder, userId) {
      const topic = holder.topic = holder.topicOf(userId);
      const held = topics.get(topic) ?? begin(topic);
      surroundings.clearTimeout(held.leaving);
      held.holders.add(holder);
      holder.reader.setJoined(held.isJoined);
      if (held.isJoined) holder.state({ status: "SUBSCRIBED" });
      channels ??= openChannels(userId, events);
      channels.want(topic);
      holder.reader.ask("asked");
    },
    exit(holder) {
      const { topic } = holder;
      holder.topic = null;
      const held = topic === null ? undefined : topics.get(topic);
      if (topic === null || !held?.holders.delete(holder) || held.holders.size > 0) return;
      held.leaving = surroundings.setTimeout(() => leave(topic), GRACE);
    },
    leaveAll() {
      for (const { leaving, holders } of topics.values()) {
        surroundings.clearTimeout(leaving);
        for (const holder of holders) holder.topic = null;
      }
      topics.clear();
      closeChannels();
    },
    joinAnew: (reason) => channels?.again(reason),
    holdersOf: (topic) => topics.get(topic)?.holders ?? [],
    missing: () => wanted().find(({ isJoined }) => !isJoined)?.reason ?? null,
    isHardToJoin: () =>
      wanted().some(({ isJoined, failures, lostAt }) =>
        !isJoined && failures > 1 && Math.abs(surroundings.now() - lostAt) >= MOMENT
      ),
    via: () => channels?.via ?? null,
  };
}

/** The states of supabase-js, from the reason that the socket gave. */
function stateOf(reason: string): { status: "CHANNEL_ERROR" | "TIMED_OUT" | "CLOSED"; error: Error } {
  const status = (["TIMED_OUT", "CLOSED"] as const).find((state) => reason.startsWith(state));
  return { status: status ?? "CHANNEL_ERROR", error: new Error(reason) };
}
