/** The tab that has the connection: joins what any tab wants, and tells the others all that it is told. */
import type { Channels, ChannelsEvents } from "../channels.ts";
import type { Surroundings } from "../surroundings.ts";
import type { TabMessage, Term, TopicState } from "./protocol.ts";

/** How often it tells that it is there, milliseconds. */
const BEAT = 1_000;
/** Every so many beats the tabs are asked whether they are still there, and how often they may fail to say so. */
const ROLL_CALL = 5;
const MISSES = 3;
/** Tabs that wake together doubt the connection together: it is joined anew once in so many milliseconds. */
const AGAIN = 3_000;

export interface Leader {
  readonly term: Term;
  readonly channels: Channels;
  /** Something another tab said. */
  hear(message: TabMessage): void;
  want(topic: string): void;
  unwant(topic: string): void;
  /** This tab doubts the connection. */
  again(reason: string): void;
  /** Lets go of the connection. `isOver`: and says so; not if another leads already. */
  close(isOver: boolean): void;
}

export interface LeaderOptions {
  /** What this tab holds. */
  readonly wanted: ReadonlySet<string>;
  readonly open: (events: ChannelsEvents) => Channels;
  readonly surroundings: Surroundings;
  readonly events: ChannelsEvents;
  readonly post: (message: TabMessage) => void;
}

export function lead({ wanted, open, surroundings, events, post }: LeaderOptions): Leader {
  const term: Term = { since: surroundings.now(), id: surroundings.uuid() };
  const tabs = new Map<string, { topics: ReadonlySet<string>; misses: number }>();
  const topics = new Map<string, TopicState>();
  let passed = 0;
  let joins = 0;
  let beats = 0;
  let joinedAnewAt = -Infinity;
  let timer: unknown;

  const channels = open({
    up(topic) {
      topics.set(topic, { joined: `${term.id} ${++joins}`, reason: "", losses: losses(topic) });
      beat();
      if (wanted.has(topic)) events.up(topic);
    },
    doubted(topic, reason) {
      topics.set(topic, { joined: null, reason, losses: losses(topic) });
      beat();
      if (wanted.has(topic)) events.doubted(topic, reason);
    },
    down(topic, reason) {
      topics.set(topic, { joined: null, reason, losses: losses(topic) + 1 });
      beat();
      if (wanted.has(topic)) events.down(topic, reason);
    },
    message(message) {
      // Also if nobody is known to want it: a tab that has just thawed is not known.
      post({ kind: "passed", term, passed: ++passed, message });
      if (wanted.has(message.topic)) events.message(message);
    },
  });

  const losses = (topic: string) => topics.get(topic)?.losses ?? 0;

  function isWantedElsewhere(topic: string): boolean {
    return [...tabs.values()].some((tab) => tab.topics.has(topic));
  }

  function beat(isRollCall = false): void {
    post({ kind: "beat", term, topics: Object.fromEntries(topics), passed, isRollCall });
  }

  function tick(): void {
    timer = surroundings.setTimeout(tick, BEAT);
    const isRollCall = ++beats % ROLL_CALL === 0;
    if (isRollCall) callTheRoll();
    beat(isRollCall);
  }

  /** A tab that was closed says nothing more; one that is frozen says so when it thaws. */
  function callTheRoll(): void {
    for (const [id, tab] of tabs) {
      if (++tab.misses <= MISSES) continue;
      tabs.delete(id);
      for (const topic of tab.topics) unwant(topic);
    }
  }

  function want(topic: string): void {
    if (topics.has(topic)) return;
    topics.set(topic, { joined: null, reason: "joining", losses: 0 });
    channels.want(topic);
  }

  function unwant(topic: string): void {
    if (wanted.has(topic) || isWantedElsewhere(topic)) return;
    topics.delete(topic);
    channels.unwant(topic);
  }

  function again(reason: string): void {
    joinedAnewAt = surroundings.now();
    channels.again(reason);
  }

  for (const topic of wanted) want(topic);
  tick();

  return {
    term,
    channels,
    hear(message) {
      if (message.kind === "again") {
        return Math.abs(surroundings.now() - joinedAnewAt) < AGAIN ? beat() : again(message.reason);
      }
      if (message.kind !== "wants") return;
      const before = tabs.get(message.tab)?.topics ?? new Set<string>();
      const next = new Set(message.topics);
      if (next.size > 0) tabs.set(message.tab, { topics: next, misses: 0 });
      else tabs.delete(message.tab);
      for (const topic of next) want(topic);
      for (const topic of before) unwant(topic);
      if (message.asks || next.size !== before.size || [...next].some((topic) => !before.has(topic))) beat();
    },
    want(topic) {
      want(topic);
      // Joined for another tab already: for this one it is so from now on.
      if (topics.get(topic)?.joined) events.up(topic);
    },
    unwant,
    again,
    close(isOver) {
      surroundings.clearTimeout(timer);
      channels.close();
      if (isOver) post({ kind: "bye", term });
    },
  };
}
