/** Listens to a channel for as long as it is wanted, over as many connections as that takes. */
import { Session } from "../sessions/database_session.ts";
import { textSession } from "./text_session.ts";

const RETRY_MS = 200;

/** What a listener tells. */
export interface ListenerEvents {
  onNotification(payload: string): void;
  /** Listening began again after a break, in which notifications may have been missed. */
  onResumed(): void;
}

/** Listens to one channel and connects again whenever the connection is lost. */
export class Listener {
  #session: Session | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #opening: Promise<void> | undefined;
  #closed = false;

  private constructor(
    private readonly databaseUrl: string,
    private readonly channel: string,
    private readonly events: ListenerEvents,
  ) {}

  /** Begins to listen; `channel` is a plain identifier. @throws when the first connection fails. */
  static async start(databaseUrl: string, channel: string, events: ListenerEvents): Promise<Listener> {
    const listener = new Listener(databaseUrl, channel, events);
    await listener.#listen();
    return listener;
  }

  /** Stops listening. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#opening;
    await this.#session?.close();
  }

  async #listen(): Promise<void> {
    const session = await Session.open(textSession(this.databaseUrl), {
      onNotification: (payload) => this.events.onNotification(payload),
      onLost: () => this.#resume(),
    });
    try {
      await session.connection.unsafe(`listen ${this.channel}`);
      this.#session = session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  #resume(): void {
    if (this.#closed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#opening = this.#listen().then(() => this.events.onResumed(), () => this.#resume());
    }, RETRY_MS);
  }
}
