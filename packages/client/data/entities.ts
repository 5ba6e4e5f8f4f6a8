/**
 * The jobs that are known: one entry an id, newer wins. Jobs that are only being created stand beside them by their
 * idempotency key, and give way to the real one whatever tells of it first: at no moment are both there.
 */
import type { ClientJob } from "../api/job.ts";
import { afterEvent, afterRead, type Entry, type ReadJob, type Told } from "./client_job.ts";

/** What told of a change. `answer`: the server's answer to something that was done here. */
export type LearnedBy = "realtime" | "sse" | "poll" | "snapshot" | "answer" | "here";

/** `before` null: it was not known. `after` null: it is gone, or its create was refused. */
export interface Change {
  /** Null for a job that is only being created. */
  readonly id: string | null;
  readonly before: ClientJob | null;
  readonly after: ClientJob | null;
  readonly by: LearnedBy;
}

/** `known`: nothing new. `gap`: taken over, but something between is missing: it has to be read. `gone`: it was deleted. */
export type Taken = "news" | "known" | "gap" | "gone";

export interface Entities {
  get(id: string): ClientJob | undefined;
  /** The real job that was created with this idempotency key. */
  ofKey(key: string): ClientJob | undefined;
  /** Whether its history is all there. */
  isWhole(id: string): boolean;
  isGone(id: string): boolean;
  /** All of them, those that are being created too, in no order. */
  all(): Iterable<ClientJob>;
  size(): number;
  event(told: Told, by: LearnedBy): Taken;
  /** Takes over rows that were read; tells of all their changes at once. */
  read(rows: readonly ReadJob[], by: LearnedBy): void;
  /** A job that somebody still held on to after it was forgotten here. */
  seed(job: ClientJob): void;
  remove(id: string, by: LearnedBy): void;
  creating(jobs: readonly ClientJob[]): void;
  /** Takes back jobs whose create was refused. Those that are real by now stay. */
  refused(keys: readonly string[]): void;
  /** Forgets what nobody needs. */
  keep(isNeeded: (job: ClientJob) => boolean): void;
  /** Forgets all, and tells nobody. */
  clear(): void;
  /** Called with what has changed together. */
  onChange(tell: (changes: readonly Change[]) => void): void;
}

/** How many deleted jobs are remembered, so that late events bring none of them back. */
const MOST_GONE = 2000;

export function createEntities(): Entities {
  const entries = new Map<string, Entry>();
  const creating = new Map<string, ClientJob>();
  const gone = new Set<string>();
  const listeners: ((changes: readonly Change[]) => void)[] = [];
  const tell = (changes: readonly Change[]) => {
    if (changes.length > 0) { for (const listener of listeners) listener(changes); }
  };

  /** Makes room for the real job: returns the one that stood for it. */
  function replaced(key: string | null): ClientJob | null {
    const job = key === null ? undefined : creating.get(key);
    if (job) creating.delete(job.key);
    return job ?? null;
  }

  /** What takes the place of the entry of this id; a change only where there is one to see. */
  function put(id: string, next: Entry, by: LearnedBy): Change[] {
    const before = entries.get(id);
    entries.set(id, next);
    const optimistic = replaced(next.job.idempotency_key);
    if (before?.job === next.job && !optimistic) return [];
    return [{ id, before: before?.job ?? optimistic, after: next.job, by }];
  }

  /** A job that is gone already: whoever still waits for it to be created learns that it was. */
  const late = (id: string, key: string | null, by: LearnedBy): Change[] => {
    const optimistic = replaced(key);
    return optimistic ? [{ id, before: optimistic, after: null, by }] : [];
  };

  return {
    get: (id) => entries.get(id)?.job,
    ofKey(key) {
      for (const { job } of entries.values()) if (job.idempotency_key === key) return job;
      return undefined;
    },
    isWhole: (id) => entries.get(id)?.isWhole ?? false,
    isGone: (id) => gone.has(id),
    *all() {
      yield* creating.values();
      for (const { job } of entries.values()) yield job;
    },
    size: () => entries.size,
    event(told, by) {
      const { id, idempotency_key } = told.row;
      if (gone.has(id)) {
        tell(late(id, idempotency_key ?? null, by));
        return "gone";
      }
      const before = entries.get(id);
      const next = afterEvent(before, told);
      tell(put(id, next, by));
      if (next === before) return "known";
      return next.isWhole ? "news" : "gap";
    },
    read(rows, by) {
      tell(rows.flatMap((row) => {
        if (gone.has(row.id)) return late(row.id, row.idempotency_key ?? null, by);
        return put(row.id, afterRead(entries.get(row.id), row), by);
      }));
    },
    seed(job) {
      if (job.isCreating || gone.has(job.id)) return;
      const known = entries.get(job.id);
      if (!known || known.job.version < job.version) entries.set(job.id, { job, isWhole: false });
    },
    remove(id, by) {
      const isNews = !gone.delete(id);
      gone.add(id);
      for (const oldest of gone) {
        if (gone.size <= MOST_GONE) break;
        gone.delete(oldest);
      }
      const before = entries.get(id);
      entries.delete(id);
      if (before || isNews) tell([{ id, before: before?.job ?? null, after: null, by }]);
    },
    creating(jobs) {
      for (const job of jobs) creating.set(job.key, job);
      tell(jobs.map((job) => ({ id: null, before: null, after: job, by: "here" })));
    },
    refused(keys) {
      tell(keys.flatMap((key) => {
        const before = replaced(key);
        return before ? [{ id: null, before, after: null, by: "here" as const }] : [];
      }));
    },
    keep(isNeeded) {
      for (const [id, { job }] of entries) if (!isNeeded(job)) entries.delete(id);
    },
    clear() {
      entries.clear();
      creating.clear();
      gone.clear();
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
