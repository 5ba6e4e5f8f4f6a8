/** Reads jobs by their ids: what many ask for at about the same time is one request. */
import type { Surroundings } from "../live/surroundings.ts";
import { backOff, REQUEST } from "../live/back_off.ts";
import type { Http } from "../http/http.ts";
import { toError } from "../http/outcome.ts";
import { isDict, isId, jobsIn } from "./arrivals.ts";
import type { Entities, LearnedBy } from "./entities.ts";

/** As many as `GET /jobs/by-id` takes. */
const MOST_IDS = 100;
/** Between two requests at least, in ms: while many jobs change, each request answers for many. */
const APART_MS = 100;
/** A job this young, in ms, may be missing from a read that was begun before it was there. */
export const YOUNG_MS = 10_000;

export interface JobReader {
  /**
   * Reads a job anew; resolves when the entities have it: a version of at least `version`, or that it is gone. @throws what
   * kept it from that; a job that is only young and not found yet is asked for a few times more
   */
  read(id: string, by: LearnedBy, version?: number): Promise<void>;
  /** Gives up what is asked for. */
  clear(): void;
}

interface Wish {
  version: number;
  by: LearnedBy;
  tries: number;
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** When a job was created, in ms: its id tells it too (a UUID of version 7). -Infinity where neither does. */
function bornAt(id: string, createdAt: string | undefined): number {
  if (createdAt !== undefined) return Date.parse(createdAt);
  const [, high = "", low = ""] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(id) ?? [];
  return high === "" ? -Infinity : parseInt(high + low, 16);
}

export function createJobReader({ http, entities, surroundings, onOdd }: {
  http: Http;
  entities: Entities;
  surroundings: Surroundings;
  /** Called with rows that are not understood. */
  onOdd: (row: unknown) => void;
}): JobReader {
  const wishes = new Map<string, Wish>();
  let timer: unknown;
  let isReading = false;
  let readAt = -Infinity;
  let life = 0;

  function schedule(wait = 0): void {
    if (timer !== undefined || isReading || wishes.size === 0) return;
    const ms = Math.max(wait, readAt + APART_MS - surroundings.now(), 0);
    timer = surroundings.setTimeout(() => {
      timer = undefined;
      void flush();
    }, Math.min(ms, 30_000));
  }

  async function flush(): Promise<void> {
    const ids = [...wishes.keys()].slice(0, MOST_IDS);
    const asked = new Map(ids.map((id) => [id, wishes.get(id)!]));
    for (const id of ids) wishes.delete(id);
    if (ids.length === 0) return;
    const begun = life;
    isReading = true;
    readAt = surroundings.now();
    let wait = 0;
    try {
      const path = `jobs/by-id?${ids.map((id) => `id=${encodeURIComponent(id)}`).join("&")}`;
      const { body, askedAt } = await http.call({ path, isPolled: true });
      const odd = new Set<unknown>();
      const rows = jobsIn(body, (row) => {
        odd.add(isDict(row) && row.id);
        onOdd(row);
      });
      if (!rows) throw toError("malformed_answer", "The answer holds no jobs.");
      if (begun !== life) return;
      for (const by of new Set([...asked.values()].map((wish) => wish.by))) {
        entities.read(rows.filter(({ id }) => asked.get(id)?.by === by), by);
      }
      const found = new Map(rows.map((row) => [row.id, row.version]));
      for (const [id, wish] of asked) {
        if (odd.has(id) || isAnswered(id, wish, found.get(id), askedAt)) wish.resolve();
        else wait = Math.max(wait, again(id, wish));
      }
    } catch (error) {
      for (const wish of asked.values()) wish.reject(error);
    } finally {
      if (begun === life) {
        isReading = false;
        schedule(wait);
      }
    }
  }

  /** Whether the answer settles what was asked. A job that is not found is gone, unless it is too young to be sure. */
  function isAnswered(id: string, wish: Wish, version: number | undefined, askedAt: number): boolean {
    if (version !== undefined) return version >= wish.version || wish.tries >= 5;
    if (bornAt(id, entities.get(id)?.created_at) > askedAt - YOUNG_MS && wish.tries < 20) return false;
    entities.remove(id, wish.by);
    return true;
  }

  /** Asks again: the read was older than what is known. Returns after how many ms. */
  function again(id: string, wish: Wish): number {
    const newer = wishes.get(id);
    wish.tries++;
    if (newer) {
      newer.promise.then(wish.resolve, wish.reject);
    } else wishes.set(id, wish);
    return backOff(wish.tries, surroundings.random(), REQUEST);
  }

  return {
    read(id, by, version = 0) {
      if (!isId(id)) {
        entities.remove(id, by);
        return Promise.resolve();
      }
      const known = wishes.get(id);
      if (known) {
        known.version = Math.max(known.version, version);
        return known.promise;
      }
      let resolve = () => {};
      let reject: Wish["reject"] = () => {};
      const promise = new Promise<void>((yes, no) => [resolve, reject] = [yes, no]);
      promise.catch(() => {}); // for those who do not wait for it
      wishes.set(id, { version, by, tries: 0, promise, resolve, reject });
      schedule();
      return promise;
    },
    clear() {
      life++;
      surroundings.clearTimeout(timer);
      timer = undefined;
      isReading = false;
      const given = [...wishes.values()];
      wishes.clear();
      for (const wish of given) wish.reject(toError("closed", "Given up."));
    },
  };
}
