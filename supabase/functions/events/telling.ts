/**
 * One stream: what it hears and when it says what.
 *
 *   joining ──► asking ──► live          asking: the database is asked what was broadcast since the last id; what comes
 *      ▲          │          │           meanwhile waits, and is told after it unless it was in the answer.
 *      └──────────┴──────────┘ lost      Whoever is not live for long is told so (`state`), and when that is over.
 */
import { logError } from "../_shared/runtime/log.ts";
import { type Broadcast, broadcastOf } from "./broadcast.ts";
import type { Hub } from "./hub.ts";
import type { Outbox } from "./outbox.ts";
import { Progress } from "./progress.ts";
import { type LiveState, Saying } from "./saying.ts";
import type { AskSince, Since } from "./since.ts";
import type { StreamTimes } from "./times.ts";

/** How many broadcasts wait while the database is asked; it is asked again where there were more. */
const MOST_HELD = 100;

export interface TellingOptions {
  hub: Pick<Hub, "hold">;
  ask: AskSince;
  outbox: Pick<Outbox, "send" | "end" | "room">;
  userId: string;
  projects: readonly string[];
  /** What is told of: topics of broadcasts. */
  topics: readonly string[];
  /** `Last-Event-ID`; undefined: a stream that begins. */
  lastId: string | undefined;
  times: StreamTimes;
  /** Called once, when the stream has ended by itself. */
  ended: () => void;
}

export class Telling {
  readonly #options: TellingOptions;
  readonly #releases: (() => void)[];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #joined = new Set<string>();
  readonly #saying: Saying;
  #progress: Progress;
  #state: "joining" | "asking" | "live" = "joining";
  /** What came while the database was asked; null: too much, or not complete. */
  #held: Broadcast[] | null = [];
  /** Why this stream cannot go on from an id; null: it can, or does. */
  #missed: "new" | "unknown_id" | null;
  /** Of the look into the database: whoever has waited for an answer and finds another number has been overtaken. */
  #turn = 0;
  #hasSaidTrouble = false;
  #isOver = false;
  #failures = 0;

  constructor(options: TellingOptions) {
    this.#options = options;
    const { hub, topics, lastId, times, outbox } = options;
    const read = lastId === undefined ? undefined : Progress.read(lastId);
    this.#progress = read ?? Progress.unknown();
    this.#missed = lastId === undefined ? "new" : read === undefined ? "unknown_id" : null;
    this.#saying = new Saying(outbox, topics);
    this.#saying.retry(times.retryMs);
    this.#after(
      times.patienceMs,
      () => this.#state === "live" || this.#sayTrouble("Realtime is slow to join"),
    );
    this.#after(times.heartbeatMs, () => this.#beat());
    this.#after(times.lifeMs, () => this.#end());
    this.#releases = topics.map((topic) =>
      hub.hold(topic, {
        joined: () => this.#hasJoined(topic),
        message: (message) => this.#hear(message),
        lost: (reason) => this.#hasLost(topic, reason),
      })
    );
  }

  /** Lets go of everything and says nothing more. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const timer of this.#timers) clearTimeout(timer);
    // Topics that were joined already have called back while they were being held.
    for (const release of this.#releases ?? []) release();
  }

  #end(): void {
    if (this.#isOver) return;
    this.close();
    this.#options.outbox.end();
    this.#options.ended();
  }

  #hasJoined(topic: string): void {
    this.#joined.add(topic);
    this.#again();
  }

  #hasLost(topic: string, reason: string): void {
    this.#joined.delete(topic);
    this.#state = "joining";
    this.#turn++;
    this.#sayTrouble(reason);
  }

  #hear(message: unknown): void {
    const broadcast = broadcastOf(message);
    if (!broadcast || this.#isOver) return;
    if (this.#state === "live") return this.#tell(broadcast);
    if (this.#state === "asking" && this.#held && this.#held.push(broadcast) > MOST_HELD) this.#held = null;
  }

  /** Asks the database, once all topics are joined. */
  #again(): void {
    if (!this.#isOver && this.#joined.size === this.#options.topics.length) void this.#catchUp(++this.#turn);
  }

  async #catchUp(turn: number): Promise<void> {
    const isOurs = () => turn === this.#turn && !this.#isOver;
    this.#state = "asking";
    this.#held = [];
    const { ask, userId, projects } = this.#options;
    try {
      const since = await ask(userId, projects, this.#progress.began);
      this.#failures = 0;
      if (!isOurs()) return;
      if (since.missed || this.#missed) this.#skip(since);
      else await this.#tellSince(since, isOurs);
    } catch (error) {
      logError("events", error);
      if (isOurs()) this.#askLater();
      return;
    }
    if (!isOurs()) return;
    if (this.#held === null) return this.#again(); // more came meanwhile than was held
    this.#state = "live";
    for (const broadcast of this.#held) this.#tell(broadcast);
    this.#held = [];
    if (this.#hasSaidTrouble) this.#saying.state("live", "caught up");
    this.#hasSaidTrouble = false;
  }

  #askLater(): void {
    this.#sayTrouble("the database does not answer");
    this.#after(1000 * 2 ** Math.min(this.#failures++, 4), () => this.#again());
  }

  /** What can be seen already is part of what is read anew, and is not told. */
  #skip({ settled, missed, broadcasts }: Since): void {
    this.#progress = Progress.unknown();
    for (const { id, at } of broadcasts) this.#progress.take(id, at);
    this.#progress.settle(settled);
    // Who has just begun reads after `connected`, in any case.
    const reason = this.#missed === "new"
      ? (this.#saying.hasSaidHello ? "joined_late" : null)
      : this.#missed ?? missed;
    this.#missed = null;
    this.#hello("live");
    if (reason) this.#saying.snapshot(reason, this.#progress.id());
  }

  /** Tells what happened since, in an order in which a row's versions rise, no faster than it is taken. */
  async #tellSince({ settled, broadcasts }: Since, isOurs: () => boolean): Promise<void> {
    const progress = this.#progress;
    this.#hello("live");
    const ordered = broadcasts.toSorted((a, b) => a.at - b.at || a.began - b.began);
    for (const [i, broadcast] of ordered.entries()) {
      const isNews = progress.take(broadcast.id, broadcast.at);
      progress.reach(Math.min(settled, ...ordered.slice(i + 1).map(({ began }) => began)));
      if (!isNews) continue;
      this.#saying.change(broadcast, progress.id());
      await this.#options.outbox.room();
      if (!isOurs()) return;
    }
    progress.settle(settled);
  }

  #tell(broadcast: Broadcast): void {
    const { id, at, isKept } = broadcast;
    if (!isKept) return this.#saying.change(broadcast);
    if (this.#progress.take(id, at)) this.#saying.change(broadcast, this.#progress.id(at));
  }

  #hello(state: LiveState): void {
    // Before the first look into the database there is nothing to come back with.
    this.#saying.hello(state, this.#progress.began > 0 ? this.#progress.id() : undefined);
  }

  #sayTrouble(reason: string): void {
    if (this.#isOver || this.#hasSaidTrouble) return;
    this.#hasSaidTrouble = true;
    this.#hello("catching_up");
    this.#saying.state("catching_up", reason);
  }

  #beat(): void {
    if (this.#saying.hasSaidHello) this.#saying.heartbeat();
    this.#after(this.#options.times.heartbeatMs, () => this.#beat());
  }

  #after(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }
}
