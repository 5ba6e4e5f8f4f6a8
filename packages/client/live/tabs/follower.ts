/** A tab that is told by another. What it knows comes from beats alone, so whatever it did not hear it learns a second later. */
import type { ChannelsEvents } from "../channels.ts";
import type { Surroundings } from "../surroundings.ts";
import { isAbove, isSameTerm, type TabMessage, type Term, type TopicState } from "./protocol.ts";

/** A visible tab that hears nothing for so long takes the lead, milliseconds. */
const SILENCE = 2_000;
/** So long after its last word a leader may be followed by one that says it began earlier: the clock was set back, milliseconds. */
const MISSED_BEAT = 1_100;

export interface Follower {
  hear(message: TabMessage): void;
  want(topic: string): void;
  unwant(topic: string): void;
  again(reason: string): void;
  /** `reason`: told to those who believe that their topics are joined; null: nobody is told. */
  close(reason: string | null): void;
}

export interface FollowerOptions {
  /** What this tab holds. */
  readonly wanted: ReadonlySet<string>;
  readonly id: string;
  readonly surroundings: Surroundings;
  readonly events: ChannelsEvents;
  readonly post: (message: TabMessage) => void;
  /** Nobody leads, or nobody that can be heard. */
  readonly silent: () => void;
}

export function follow({ wanted, id, surroundings, events, post, silent }: FollowerOptions): Follower {
  /** As they were told here. */
  const told = new Map<string, TopicState>();
  let leader: Term | null = null;
  let passed = 0;
  let heardAt = surroundings.now();
  let timer: unknown;

  function sayWants(asks: boolean): void {
    post({ kind: "wants", tab: id, topics: [...wanted], asks });
  }

  function hearBeat({ term, topics, passed: count, isRollCall }: TabMessage & { kind: "beat" }): void {
    heardAt = surroundings.now();
    const isNew = !isSameTerm(leader, term);
    const hasMissed = !isNew && count !== passed;
    leader = term;
    passed = count;
    for (const topic of wanted) tellOf(topic, topics[topic], hasMissed);
    if (isNew || isRollCall || [...wanted].some((topic) => !(topic in topics))) sayWants(false);
  }

  function tellOf(topic: string, next: TopicState | undefined, hasMissed: boolean): void {
    const last = told.get(topic);
    if (!next) {
      if (last?.joined) events.doubted(topic, "the other tab does not have it");
      told.delete(topic);
      return;
    }
    told.set(topic, next);
    if (next.joined !== null && (next.joined !== last?.joined || hasMissed)) return events.up(topic);
    if (next.joined !== null) return;
    if (next.losses > (last?.losses ?? 0)) events.down(topic, next.reason);
    else if (last?.joined) events.doubted(topic, next.reason);
  }

  function hearPassed({ term, passed: count, message }: TabMessage & { kind: "passed" }): void {
    if (isSameTerm(leader, term)) {
      heardAt = surroundings.now();
      const hasMissed = count !== passed + 1;
      passed = count;
      if (hasMissed) { for (const [topic, { joined }] of [...told]) if (joined) events.up(topic); }
    }
    if (wanted.has(message.topic)) events.message(message);
  }

  /** Looks for a silence while the page is looked at; who is not looked at takes nothing from anybody. */
  function listen(): void {
    surroundings.clearTimeout(timer);
    if (!surroundings.isVisible()) return;
    const now = surroundings.now();
    const ms = Math.min(Math.max(heardAt + SILENCE - now, 0), SILENCE) + 10 + surroundings.random() * 300;
    timer = surroundings.setTimeout(() => {
      const woken = surroundings.now();
      // What comes late has slept, and so may the leader have: it has the same right to a moment.
      const hasSlept = Math.abs(woken - now - ms) > SILENCE / 2;
      if (hasSlept) heardAt = woken;
      else if (Math.abs(woken - heardAt) >= SILENCE) {
        heardAt = woken;
        silent();
      }
      listen();
    }, ms);
  }

  const unwatch = surroundings.watch((what) => {
    if (what !== "visible" && what !== "hidden") return;
    heardAt = surroundings.now();
    if (what === "visible") sayWants(true);
    listen();
  });
  sayWants(true);
  listen();

  return {
    hear(message) {
      const isHeard = Math.abs(surroundings.now() - heardAt) < MISSED_BEAT;
      const isOlder = "term" in message && isHeard && leader !== null && isAbove(leader, message.term);
      switch (message.kind) {
        case "beat":
          return isOlder ? undefined : hearBeat(message);
        case "passed":
          return hearPassed(message);
        case "bye":
          if (!isSameTerm(leader, message.term)) return;
          leader = null;
          for (const [topic, { joined }] of [...told]) {
            if (joined) events.doubted(topic, "the other tab left");
          }
          told.clear();
      }
    },
    want: () => sayWants(false),
    unwant(topic) {
      told.delete(topic);
      sayWants(false);
    },
    again(reason) {
      for (const [topic, { joined }] of [...told]) if (joined) events.doubted(topic, reason);
      told.clear();
      post({ kind: "again", reason });
      sayWants(true);
    },
    close(reason) {
      unwatch();
      surroundings.clearTimeout(timer);
      if (reason === null) return;
      for (const [topic, { joined }] of told) if (joined) events.doubted(topic, reason);
    },
  };
}
