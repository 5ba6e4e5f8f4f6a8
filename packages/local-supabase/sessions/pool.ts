/** A few sessions, lent out for one transaction at a time. */
import type postgres from "postgres";
import { isConnectionLoss, Session, type SessionOptions } from "./database_session.ts";

const MAX_SESSIONS = 10;

/** The pool was asked for a connection after it had been closed. */
export class PoolClosed extends Error {
  readonly code = "CONNECTION_ENDED";
}

/** No session was free for as long as anybody may wait for one. */
export class PoolTimeout extends Error {
  readonly code = "POOL_TIMEOUT";
}

export interface PoolLimits {
  /** Sessions at most. */
  most?: number;
  /** How long one may be waited for, in milliseconds; for ever unless it is told. */
  patienceMs?: number;
}

/** At most so many sessions, ten unless it is told; whoever finds none free waits for one. */
export class Pool {
  readonly #idle: Session[] = [];
  readonly #busy = new Set<Session>();
  /** Those who wait for a session get one, or undefined when they should try to open one themselves. */
  readonly #waiting: ((session: Session | undefined) => void)[] = [];
  #opening = 0;
  #closed = false;

  constructor(private readonly options: SessionOptions, private readonly limits: PoolLimits = {}) {}

  /**
   * Runs `body` in a transaction, which is rolled back when it throws. `begin` is sent together with the first queries
   * of `body`; should it fail, so do they.
   * @param mode follows `begin`, for example `read only`; may be empty
   * @param isAllSent whether `body` sends all its queries before it waits for any, and has nothing to object to what
   * they answer: then the commit is sent with them. Where one of them fails, PostgreSQL makes it a rollback.
   * @throws what `body` throws; the error of a failed connection or commit; PoolTimeout
   */
  async transaction<T>(
    mode: string,
    body: (connection: postgres.ReservedSql) => Promise<T>,
    { isAllSent = false } = {},
  ): Promise<T> {
    const session = await this.#take();
    const { connection } = session;
    try {
      const begun = connection.unsafe(`begin ${mode}`).execute();
      const work = body(connection);
      const committed = isAllSent ? connection.unsafe("commit").execute() : null;
      // Where one fails the others are not waited for: of a connection that is lost some may never be answered.
      const [, result] = await Promise.all([begun, work, committed]);
      if (!committed) await connection.unsafe("commit");
      return result;
    } catch (error) {
      if (isConnectionLoss(error)) session.markLost();
      if (!session.lost && !isAllSent) await connection.unsafe("rollback").catch(() => session.markLost());
      throw error;
    } finally {
      this.#giveBack(session);
    }
  }

  /** Ends all sessions, also those in use. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
    await Promise.all([
      ...[...this.#busy].map((session) => session.close({ busy: true })),
      ...this.#idle.splice(0).map((session) => session.close()),
    ]);
  }

  async #take(): Promise<Session> {
    const end = performance.now() + (this.limits.patienceMs ?? Infinity);
    for (;;) {
      if (this.#closed) throw new PoolClosed("The connection pool is closed");
      const session = this.#idle.pop();
      if (session && !session.lost) {
        this.#busy.add(session);
        return session;
      }
      if (session) await session.close();
      else if (this.#busy.size + this.#opening < (this.limits.most ?? MAX_SESSIONS)) {
        return await this.#open();
      } else {
        const handedOver = await this.#turn(end - performance.now());
        if (handedOver) return handedOver;
      }
    }
  }

  /** Waits until somebody gives a session back. Undefined: there may be room for one more. */
  async #turn(patienceMs: number): Promise<Session | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Session | undefined>();
    this.#waiting.push(resolve);
    const timer = Number.isFinite(patienceMs)
      ? setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(resolve), 1);
        reject(new PoolTimeout(`No session was free for ${this.limits.patienceMs} ms`));
      }, patienceMs)
      : undefined;
    return await promise.finally(() => clearTimeout(timer));
  }

  async #open(): Promise<Session> {
    this.#opening++;
    try {
      const session = await Session.open(this.options);
      this.#busy.add(session);
      return session;
    } catch (error) {
      this.#waiting.shift()?.(undefined);
      throw error;
    } finally {
      this.#opening--;
    }
  }

  #giveBack(session: Session): void {
    const next = this.#waiting.shift();
    if (next && !session.lost) return next(session);
    this.#busy.delete(session);
    next?.(undefined);
    if (session.lost) session.close().catch(() => {});
    else this.#idle.push(session);
  }
}
