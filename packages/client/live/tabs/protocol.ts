/** What the tabs of a browser tell each other, over a broadcast channel of their project and user. */
import type { Message } from "../transport.ts";

/** How a topic stands at the leader. */
export interface TopicState {
  /** Another one for each join; null: not joined just now. */
  readonly joined: string | null;
  /** Why it is not. */
  readonly reason: string;
  /** Losses and failed joins so far. */
  readonly losses: number;
}

/** Of two leaders the one that began later leads; of two that began at once, the one whose id is greater. */
export interface Term {
  readonly since: number;
  readonly id: string;
}

export type TabMessage =
  /** Of the leader: I am there. Each second, after each change, and to who asks. */
  | {
    readonly kind: "beat";
    readonly term: Term;
    readonly topics: Readonly<Record<string, TopicState>>;
    /** How many messages it has passed on. */
    readonly passed: number;
    /** Whether every tab is to say that it is still there. */
    readonly isRollCall: boolean;
  }
  /** Of the leader: a broadcast came. `passed` counts this one. */
  | { readonly kind: "passed"; readonly term: Term; readonly passed: number; readonly message: Message }
  /** Of the leader: I let go. */
  | { readonly kind: "bye"; readonly term: Term }
  /** Of a follower: these are all the topics that I hold. `asks`: and tell me how you stand. */
  | {
    readonly kind: "wants";
    readonly tab: string;
    readonly topics: readonly string[];
    readonly asks: boolean;
  }
  /** Of a follower: the connection may be dead. */
  | { readonly kind: "again"; readonly reason: string };

/** Names change with the protocol: tabs that run an older client have their own leader. */
const VERSION = 1;

/** The name of the lock and of the channel: one user of one project, and what brings their messages. */
export function tabsName(project: string, userId: string, kind: string): string {
  return `esteira/${VERSION}/${kind}/${project}/${userId}`;
}

/** Whether `a` leads rather than `b`. */
export function isAbove(a: Term, b: Term): boolean {
  return a.since > b.since || a.since === b.since && a.id > b.id;
}

export function isSameTerm(a: Term | null, b: Term): boolean {
  return a?.id === b.id && a.since === b.since;
}
