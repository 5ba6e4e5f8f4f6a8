/** For tests of streams: a database that keeps broadcasts, a Realtime that tells them, and a client that reads. */
import { type StreamEvent, streamEvent } from "../../../shared/rows/stream.ts";
import { jobsTopic } from "../../../shared/words/topics.ts";
import { type Broadcast, broadcastOf } from "./broadcast.ts";
import type { TopicListener } from "./hub.ts";
import { MARGIN_MS } from "./progress.ts";
import { type AskSince, MOST_TOLD, type Since } from "./since.ts";
import { Telling } from "./telling.ts";

export const USER = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
export const TOPIC = jobsTopic(USER);
const NEVER_MS = 2 ** 30;

/** A change of a job in a transaction; its broadcast is seen when that is over. */
export interface Change {
  broadcast: Broadcast;
  /** Milliseconds since 1970. */
  began: number;
  committed: number | undefined;
}

/** Transactions that overlap as one likes, none longer than the margin. */
export class FakeDatabase {
  now = Date.UTC(2026, 10, 27);
  readonly changes: Change[] = [];

  begin(): Change {
    const change: Change = { broadcast: this.#write(), began: this.now, committed: undefined };
    this.changes.push(change);
    return change;
  }

  /** `isWrittenLate`: the row was changed at the end of the transaction, rather than at its beginning. */
  commit(change: Change, isWrittenLate: boolean): void {
    change.committed = this.now;
    if (isWrittenLate) change.broadcast = this.#write();
  }

  #write(): Broadcast {
    const broadcast = broadcastOf({
      topic: TOPIC,
      event: "UPDATE",
      payload: { id: crypto.randomUUID(), _debug: { triggeredAt: new Date(this.now).toISOString() } },
    });
    if (!broadcast) throw new Error("the broadcast was not understood");
    return broadcast;
  }

  /** Those that are not over. */
  open(): Change[] {
    return this.changes.filter(({ committed }) => committed === undefined);
  }

  /** What `worker.told_since` answers now. `most`: how many it tells. */
  since(began: number, most = MOST_TOLD): Since {
    const settled = (this.now - MARGIN_MS) * 1000;
    const seen = (from: number) =>
      this.changes.filter((change) => change.committed !== undefined && change.began * 1000 >= from)
        .map((change) => ({ ...change.broadcast, began: change.began * 1000 }))
        .toSorted((a, b) => a.began - b.began);
    const found = seen(began);
    if (began === 0) return { settled, missed: "too_long_ago", broadcasts: seen(settled) };
    if (found.length > most) return { settled, missed: "too_much", broadcasts: seen(settled) };
    return { settled, missed: null, broadcasts: found };
  }
}

/** One connection of a client: a stream and what has come of it. */
export class FakeConnection {
  readonly frames: string[] = [];
  readonly #telling: Telling;
  readonly #listeners = new Map<string, TopicListener>();
  /** Asks of the database that wait for their answer. `since`: what it was when it was asked. */
  readonly asks: { began: number; since: Since; answer(since: Since): void; fail(error: Error): void }[] = [];
  isOver = false;

  /** `most`: how many broadcasts the database tells of at once. */
  constructor(database: FakeDatabase, lastId?: string, { most = MOST_TOLD, topics = [TOPIC] } = {}) {
    const ask: AskSince = (_user, _projects, began) => {
      const since = database.since(began, most);
      return new Promise((answer, fail) => this.asks.push({ began, since, answer, fail }));
    };
    this.#telling = new Telling({
      hub: {
        hold: (topic, listener) => {
          this.#listeners.set(topic, listener);
          return () => this.#listeners.delete(topic);
        },
      },
      ask,
      outbox: { send: (text) => void this.frames.push(text), end: () => {}, room: () => Promise.resolve() },
      userId: USER,
      projects: [],
      topics,
      lastId,
      times: { lifeMs: NEVER_MS, heartbeatMs: NEVER_MS, retryMs: 1, patienceMs: NEVER_MS },
      ended: () => {},
    });
  }

  joined(topic = TOPIC): void {
    this.#listeners.get(topic)?.joined();
  }

  lost(topic = TOPIC): void {
    this.#listeners.get(topic)?.lost("the network");
  }

  tell({ topic, event, payload }: Broadcast): void {
    this.#listeners.get(topic)?.message({ topic, event, payload });
  }

  close(): void {
    this.isOver = true;
    this.#telling.close();
  }
}

/** What a frame says; undefined: no event. */
export function read(frame: string): { id: string | undefined; data: StreamEvent } | undefined {
  const data = frame.match(/^data: (.*)$/m)?.[1];
  return data === undefined
    ? undefined
    : { id: frame.match(/^id: (.*)$/m)?.[1], data: streamEvent.parse(JSON.parse(data)) };
}

/** Lets promises that are settled say so. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 1000; i++) await null;
}
