/**
 * Keeps the schema cache up to date: loaded at start, again after each `notify pgrst` (which the platform sends after
 * DDL), and on demand when a request asks for something unknown, because a notification may come a moment late.
 */
import { Listener } from "./listener.ts";
import type { Pool } from "../sessions/pool.ts";
import { SchemaCache } from "./schema_cache.ts";
import { loadSchemaCache } from "./schema_queries.ts";

/** Holds the newest schema cache. */
export class SchemaWatch {
  #cache = new SchemaCache(0, new Map(), new Map(), new Map());
  #loading: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #listener: Listener | undefined;
  #closed = false;

  private constructor(private readonly pool: Pool, private readonly schemas: string[]) {}

  /** Begins to listen and loads the cache. */
  static async start(pool: Pool, databaseUrl: string, schemas: string[]): Promise<SchemaWatch> {
    const watch = new SchemaWatch(pool, schemas);
    const reload = () => {
      // Failure leaves the old cache in use; the next notification or miss tries again.
      if (!watch.#closed) watch.reload().catch(() => {});
    };
    watch.#listener = await Listener.start(databaseUrl, "pgrst", {
      onNotification(payload) {
        if (payload === "" || payload.startsWith("reload")) reload();
      },
      onResumed: reload,
    });
    try {
      await watch.reload();
      return watch;
    } catch (error) {
      await watch.close();
      throw error;
    }
  }

  /** The cache as it is now. */
  get cache(): SchemaCache {
    return this.#cache;
  }

  /** Resolves once a load that began after this call has ended; calls made meanwhile share one. */
  reload(): Promise<void> {
    if (this.#next) return this.#next;
    if (!this.#loading) return this.#load();
    return this.#next = this.#loading.catch(() => {}).then(() => {
      this.#next = undefined;
      return this.#load();
    });
  }

  /** Stops listening and waits for loads under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#listener?.close();
    await Promise.allSettled([this.#loading, this.#next]);
  }

  #load(): Promise<void> {
    this.#loading = loadSchemaCache(this.pool, this.schemas, this.#cache.version + 1)
      .then((cache) => {
        this.#cache = cache;
      })
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }
}
