/**
 * One connection to the database that is used until it breaks and then thrown away. The driver would rather connect
 * again by itself and send there what was meant for the broken connection, in the middle of somebody's transaction;
 * hence each session is a driver of its own with one connection, reserved from beginning to end.
 */
import postgres from "postgres";

const CONNECT_TIMEOUT_SECONDS = 10;
const RESERVE_TIMEOUT_MS = 500;

/** Where to connect, and how. */
export interface SessionOptions {
  readonly databaseUrl: string;
  /** Settings of the session, such as `application_name` and `search_path`. */
  readonly settings: Record<string, string>;
  /** The driver's types that differ from its own. */
  readonly types?: Record<string, postgres.PostgresType>;
  /** Whether the driver is to look up the array types of the database, in order to read arrays. Default true. */
  readonly fetchTypes?: boolean;
}

/** What a session tells. */
export interface SessionEvents {
  /** The connection broke. */
  onLost?(): void;
  /** A notification came on a channel that the session listens to. */
  onNotification?(payload: string): void;
}

/** A connection of its own, from open to close. */
export class Session {
  #lost = false;
  #closing = false;

  private constructor(
    private readonly driver: postgres.Sql,
    /** Where to send queries. */
    readonly connection: postgres.ReservedSql,
  ) {}

  /** Connects. @throws PostgresError or an error with the system's or driver's code, such as ECONNREFUSED. */
  static async open(from: SessionOptions, { onLost, onNotification }: SessionEvents = {}): Promise<Session> {
    let session: Session | undefined;
    const options = {
      max: 1,
      max_lifetime: null,
      connect_timeout: CONNECT_TIMEOUT_SECONDS,
      fetch_types: from.fetchTypes ?? true,
      connection: from.settings,
      types: from.types ?? {},
      onnotice: () => {},
      onnotify: (_channel: string, payload: string) => onNotification?.(payload),
      onclose: () => {
        if (session?.markLost()) onLost?.();
      },
    };
    const driver = postgres(from.databaseUrl, options);
    try {
      await driver.unsafe("select 1"); // the driver never finishes reserving a connection that it has yet to make
      session = new Session(driver, await soon(driver.reserve()));
      return session;
    } catch (error) {
      await driver.end({ timeout: 0 });
      throw error;
    }
  }

  /** Whether the connection is known to be broken. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Notes that the connection is broken; true if that is news. */
  markLost(): boolean {
    const isNews = !this.#lost && !this.#closing;
    this.#lost = true;
    return isNews;
  }

  /** Ends the connection, also in the middle of a query. */
  async close({ busy = false } = {}): Promise<void> {
    this.#closing = true;
    if (!this.#lost && !busy) this.connection.release();
    // Without a limit the driver waits for good for a connection that was cut off while nobody was using it.
    await this.driver.end({ timeout: this.#lost || busy ? 0 : 1 });
  }
}

/** What `work` gives, unless that takes too long: a connection that breaks just now is never reserved. */
async function soon<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error("The connection broke while it was made"), {
      code: "CONNECTION_CLOSED",
    });
    timer = setTimeout(() => reject(error), RESERVE_TIMEOUT_MS);
  });
  return await Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}

/** Whether `error` means that the connection it came from cannot be used any more. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) return ["FATAL", "PANIC"].includes(error.severity);
  // What the operating system or the driver reports has a code too: ECONNRESET, EPIPE, CONNECTION_CLOSED, …
  return error instanceof Error && "code" in error &&
    /^(E[A-Z]+|CONNECT_\w+|CONNECTION_\w+)$/.test(String(error.code));
}
