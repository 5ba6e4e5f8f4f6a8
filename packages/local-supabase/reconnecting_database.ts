/**
 * A database connection that outlives restarts of the server: a small pool for queries and a connection that listens.
 *
 * Both are made anew after a loss instead of letting the driver reconnect: postgres.js 3.4.9 can leave a connection
 * that was lost in the middle of a write unable to start again. For the same reason nobody here uses its transactions
 * (`sql.begin`): the rollback of a lost one throws where it cannot be caught.
 * Source: github.com/porsager/postgres issues 1154 and 1208.
 */
import postgres from "postgres";
import { Wakeup } from "./wakeup.ts";

/** Where to connect and what to listen for. */
export interface DatabaseOptions {
  databaseUrl: string;
  /** `application_name` of every connection. */
  name: string;
  /** Most connections for queries. */
  max: number;
  /** Notifications on this channel go to `onNotify`. */
  channel: string;
  onNotify: (payload: string) => void;
  /** Called when notifications begin to arrive: at the start, and again after each loss. */
  onListening?: () => void;
}

/** An open connection. */
export interface Database {
  /** The pool of the moment; take it anew for each piece of work. */
  readonly sql: postgres.Sql;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Pause before another attempt when the database does not answer, in milliseconds. */
export const RETRY_AFTER = 200;

const listOf = (oid: number) => ({
  to: oid,
  from: [oid],
  serialize: (values: readonly string[]) => `{${values.join(",")}}`,
  parse: (text: string) => text.slice(1, -1).split(",").filter((value) => value !== ""),
});
/** Arrays that can be asked with where the driver asks for no types: of bigints and of uuids (oids of `pg_type.dat`). */
export const ARRAYS = { bigints: listOf(1016), uuids: listOf(2951) };

/** Connects and listens; rejects when the first attempt fails. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const closing = new Wakeup();
  const endings = new Set<Promise<void>>();
  let closed = false;

  const connect = (extra: ConnectionOptions) =>
    postgres(
      options.databaseUrl,
      {
        connection: { application_name: options.name },
        connect_timeout: 2, // an attempt during the server's recovery may get no answer at all
        max_lifetime: null,
        // The driver's own question for types is heard by nobody when the connection breaks in the middle of it.
        fetch_types: false,
        types: ARRAYS,
        onnotice: () => {},
        ...extra,
      } satisfies ConnectionOptions as postgres.Options<Record<string, never>>,
    );
  const discard = (lost: postgres.Sql) => {
    const ending = lost.end({ timeout: 0.2 }).finally(() => endings.delete(ending));
    endings.add(ending);
  };

  const makePool = (): postgres.Sql => {
    const made: postgres.Sql = connect({
      max: options.max,
      onclose: () => {
        if (closed || pool !== made) return;
        pool = makePool();
        discard(made);
      },
    });
    return made;
  };
  let pool = makePool();

  const listen = async () => {
    const lost = new Wakeup();
    const listener = connect({
      max: 1,
      onnotify: (_channel, payload) => options.onNotify(payload),
      onclose: () => lost.wake(),
    });
    try {
      await listener`listen ${listener(options.channel)}`;
    } catch (error) {
      discard(listener);
      throw error;
    }
    options.onListening?.();
    return { listener, lost };
  };

  let current = await listen().catch(async (error) => {
    closed = true;
    await Promise.all([...endings, pool.end({ timeout: 0 })]);
    throw error;
  });
  const keepListening = async () => {
    while (!closed) {
      await current.lost.sleep();
      discard(current.listener);
      for (let again = false; !closed && !again;) {
        again = await listen().then((next) => (current = next, true), () => false);
        if (!again) await closing.sleep(RETRY_AFTER);
      }
    }
  };
  const listening = keepListening();

  return {
    get sql() {
      return pool;
    },
    async close() {
      closed = true;
      closing.wake();
      current.lost.wake();
      await listening;
      discard(current.listener);
      await Promise.all([...endings, pool.end({ timeout: 0.2 })]);
    },
  };
}

/** The driver's options, and one that it has and does not declare. */
type ConnectionOptions = postgres.Options<Record<string, postgres.PostgresType>> & {
  onnotify?: (channel: string, payload: string) => void;
};
