/** A connection in the hands of a test. */
import type { Connection } from "../api/connection.ts";
import { createStore } from "../store/store.ts";
import type { Link, SnapshotReason } from "../live/link.ts";

type Held = Parameters<Link["hold"]>[0];

export interface FakeLink extends Link {
  /** Tells everybody who holds the topic. */
  message(topic: string, event: string, payload: unknown, via?: "realtime" | "sse"): void;
  /** Has everything that is held read anew; rejects with the first failure. */
  snapshot(reason?: SnapshotReason): Promise<void>;
  signIn(userId: string | null): void;
  setStatus(status: Connection["status"]): void;
  held(): string[];
  missedTopics: string[];
  /** How often it was told that it may be deaf. */
  doubts: number;
}

export function fakeLink(user: string | null | undefined = "user-1"): FakeLink {
  let userId = user;
  const holdings = new Set<Held>();
  const listeners = new Set<(userId: string | null) => void>();
  const connection = createStore<Connection>({ status: "live", since: 0, reason: "joined", via: "socket" });
  const topicOf = ({ topic }: Held) => typeof topic === "string" ? topic : topic(userId ?? "");
  const read = (holding: Held, reason: SnapshotReason) =>
    holding.snapshot(reason, new AbortController().signal);
  const self: FakeLink = {
    connection: { ...connection, retry() {} },
    userId: () => userId,
    onUser(tell) {
      listeners.add(tell);
      return () => void listeners.delete(tell);
    },
    token: () => Promise.resolve(userId ? `token of ${userId}` : null),
    hold(holding) {
      holdings.add(holding);
      Promise.resolve().then(() => holdings.has(holding) && userId ? read(holding, "asked") : undefined)
        .catch(() => {});
      return () => void holdings.delete(holding);
    },
    missed: (topic) => void self.missedTopics.push(topic),
    doubt: () => void self.doubts++,
    close() {},
    message(topic, event, payload, via = "realtime") {
      for (const holding of holdings) {
        if (topicOf(holding) === topic) holding.message({ topic, event, payload }, via);
      }
    },
    async snapshot(reason = "joined") {
      await Promise.all([...holdings].map((holding) => read(holding, reason)));
    },
    signIn(next) {
      userId = next;
      for (const tell of listeners) tell(next);
      for (const holding of holdings) if (next) void read(holding, "joined").catch(() => {});
    },
    setStatus(status) {
      connection.set({ ...connection.getSnapshot(), status });
    },
    held: () => [...holdings].map(topicOf),
    missedTopics: [],
    doubts: 0,
  };
  return self;
}
