/**
 * Delivers what is committed to `realtime.messages`: each commit notifies the ids, in commit order
 * (platform/40_realtime.sql); the rows are fetched, many at a time, and published in that order. Messages committed
 * while the connection is lost are not delivered; hosted projects give no guarantee either.
 */
import postgres from "postgres";
import { type Database, RETRY_AFTER } from "../reconnecting_database.ts";
import { Wakeup } from "../wakeup.ts";
import { messagesById } from "./messages.ts";
import type { Rooms } from "./rooms.ts";

/** The channel whose notifications `Feed.receive` takes. */
export const FEED_CHANNEL = "realtime_messages";

/** Most rows fetched by one query. */
const BATCH_SIZE = 500;
/** How long `confirm` tries, in milliseconds; as hosted. */
const CONFIRM_WITHIN = 60_000;
/** A notification that is no id but an echo, see `confirm`. */
const ECHO = "echo:";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The delivery from the database to the rooms. */
export class Feed {
  readonly #waiting: string[] = [];
  readonly #echoes = new Map<string, () => void>();
  readonly #closing = new Wakeup();
  #closed = false;
  #pumping: Promise<void> | undefined;
  #database: Database | undefined;

  constructor(private readonly rooms: Rooms) {}

  /** Begins to deliver what `database` notifies. */
  start(database: Database): void {
    this.#database = database;
  }

  /** Takes a notification. */
  receive(payload: string): void {
    if (payload.startsWith(ECHO)) return this.#echoes.get(payload)?.();
    if (!UUID.test(payload)) return; // anybody may notify
    this.#waiting.push(payload);
    if (this.#database) this.#pumping ??= this.#pump(this.#database);
  }

  async #pump(database: Database): Promise<void> {
    while (this.#waiting.length > 0 && !this.#closed) {
      const ids = this.#waiting.slice(0, BATCH_SIZE);
      try {
        const messages = await messagesById(database.sql, ids);
        for (const { room, broadcast } of messages) this.rooms.publish(room, broadcast);
      } catch (error) {
        if (!(error instanceof postgres.PostgresError) || error.code.startsWith("57P")) {
          await this.#closing.sleep(RETRY_AFTER); // the rows are committed, and there when the database is back
          continue;
        }
        console.error(`realtime: ${ids.length} messages are not delivered: ${error.message}`);
      }
      this.#waiting.splice(0, ids.length);
    }
    this.#pumping = undefined;
  }

  /**
   * Resolves to true when messages committed from now on are delivered, found out by sending a notification to itself;
   * to false when that takes too long or the feed is closed.
   */
  async confirm(): Promise<boolean> {
    const deadline = performance.now() + CONFIRM_WITHIN;
    while (!this.#closed && performance.now() < deadline) {
      const echo = ECHO + crypto.randomUUID();
      const answer = new Wakeup();
      let heard = false;
      this.#echoes.set(echo, () => {
        heard = true;
        answer.wake();
      });
      await this.#database?.sql.notify(FEED_CHANNEL, echo).catch(() => {});
      await answer.sleep(RETRY_AFTER);
      this.#echoes.delete(echo);
      if (heard) return true;
    }
    return false;
  }

  /** Stops delivering. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#closing.wake();
    await this.#pumping;
  }
}
