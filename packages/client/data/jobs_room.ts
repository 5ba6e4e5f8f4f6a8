/** The user's jobs as far as anybody watches them: what is told on `jobs:{user}` and what is read, put together. */
import { isTerminal } from "../../../shared/words/statuses.ts";
import { jobsTopic } from "../../../shared/words/topics.ts";
import type { JobFilter, Logger } from "../api/esteira.ts";
import type { ClientJob, QueueStore } from "../api/job.ts";
import type { Http } from "../http/http.ts";
import type { Link, SnapshotReason } from "../live/link.ts";
import type { Message } from "../live/transport.ts";
import type { Surroundings } from "../live/surroundings.ts";
import { jobNewsOf, MODEL_STATUS } from "./arrivals.ts";
import type { Change, Entities, LearnedBy } from "./entities.ts";
import { createCell, type JobCell, noSuchJob } from "./job_cell.ts";
import type { JobLog } from "./job_log.ts";
import { createJobReader } from "./job_reader.ts";
import { createMemo } from "./memo.ts";
import { createQueue, type Queue } from "./queue.ts";
import { nameOf } from "./queue_view.ts";
import { createRoom } from "./rooms.ts";
import { createSigning } from "./signing.ts";

export interface JobsRoom {
  queue(filter: JobFilter): QueueStore;
  /** The cell of a job: the same for the same id. */
  cell(id: string): JobCell;
  /** The cell of a job that is being created. */
  creating(job: ClientJob): JobCell;
  /** What is known of a cell's job, also while nobody watches. */
  latest(cell: JobCell): ClientJob | null;
  /** Another user, or nobody. */
  reset(): void;
  close(): void;
}

/** Entities beyond what is watched are forgotten when there are so many. */
const SPARE = 200;

export function createJobsRoom({ link, http, entities, surroundings, logger, log }: {
  link: Link;
  http: Http;
  entities: Entities;
  surroundings: Surroundings;
  logger: Logger;
  log: JobLog;
}): JobsRoom {
  const reader = createJobReader({ http, entities, surroundings });
  const signing = createSigning(surroundings, http.clock, (id) => read(id, "answer"));
  const queues = createMemo<Queue>();
  const cells = createMemo<JobCell>();
  const active = { queues: new Set<Queue>(), cells: new Set<JobCell>() };
  /** Cells of jobs that are being created, by key, watched or not. */
  const creating = new Map<string, JobCell>();
  const topicOfUser = () => jobsTopic(link.userId() ?? "");

  /** Reads in the background; the connection asks again for what could not be read. */
  function read(id: string, by: LearnedBy, version?: number): void {
    reader.read(id, by, version).catch((error) => missed("A job could not be read", error));
  }

  function missed(what: string, error: unknown): void {
    logger.debug(`[JOBS] ${what}`, error);
    if (room.isHeld() && !isRefusal(error)) link.missed(topicOfUser());
  }

  /** Whether a cell's job may still change, or is not all there. */
  const isOpen = (cell: JobCell): boolean => {
    const job = cell.job();
    return job === null || !isTerminal(job.status) || job.refund === "due" || !isComplete(job);
  };

  const holding: Parameters<Link["hold"]>[0] = {
    topic: jobsTopic,
    message,
    snapshot,
    isOpen: () => active.queues.size > 0 || [...active.cells].some(isOpen),
    userChanged: () => {}, // told to the whole of the data at once
  };
  const room = createRoom(surroundings, () => link.hold(holding), forget);

  function message({ event, payload }: Message, via: "realtime" | "sse"): void {
    if (event === MODEL_STATUS) return;
    const news = jobNewsOf(event, payload);
    if (!news) return logger.warn("[REALTIME] Not understood, and dropped:", { event, payload });
    log.received(news, event, link.userId() ?? null);
    if (news.type === "many") return link.missed(topicOfUser());
    if (news.type === "gone") return log.around(entities.all, () => entities.remove(news.id, via));
    const { row } = news.told;
    const taken = log.around(entities.all, () => entities.event(news.told, via));
    const job = entities.get(row.id);
    if (taken === "gap" && job && isNeeded(job)) read(row.id, via, row.version);
    if (!news.isAll) link.missed(topicOfUser());
  }

  async function snapshot(reason: SnapshotReason, signal: AbortSignal): Promise<void> {
    const by = reason === "poll" ? "poll" : "snapshot";
    const isLive = link.connection.getSnapshot().status === "live";
    if (reason === "poll" && !isLive) log.polling(watched());
    const ids = [...active.cells].filter((cell) => by === "snapshot" || isOpen(cell)).flatMap((cell) =>
      cell.id() ?? []
    );
    const reads = await Promise.allSettled([
      ...[...active.queues].map((queue) => queue.refresh(by, signal)),
      ...[...new Set(ids)].map((id) => reader.read(id, by)),
    ]);
    for (const read of reads) if (read.status === "rejected" && !isRefusal(read.reason)) throw read.reason;
  }

  const watched = () => [...active.cells].flatMap((cell) => cell.job() ?? []);

  function isNeeded(job: ClientJob): boolean {
    return [...active.cells].some((cell) => cell.id() === job.id) ||
      [...active.queues].some((queue) => queue.shows(job));
  }

  function forget(): void {
    if (!room.isHeld()) entities.keep(() => false);
    else entities.keep(isNeeded);
  }

  entities.onChange((changes) => {
    for (const change of changes) show(change);
    for (const queue of active.queues) queue.changed(changes);
    signing.watch(watched());
    if (entities.size() > 2 * active.cells.size + SPARE) forget();
  });

  function show({ id, before, after, by }: Change): void {
    const key = after?.key ?? before?.key ?? "";
    const own = creating.get(key);
    for (const cell of new Set([...active.cells, ...own ? [own] : []])) {
      if (cell !== own && (id === null || cell.id() !== id)) continue;
      if (after) cell.show(after);
      else if (id !== null) cell.fail(noSuchJob());
    }
    if (own && (id !== null || !after)) creating.delete(key);
    if (after && by === "poll" && isTerminal(after.status)) log.finished(after);
    if (id !== null && after && !isComplete(after) && [...active.cells].some((cell) => cell.id() === id)) {
      if (isTerminal(after.status)) read(id, "answer", after.version);
    }
  }

  function onCell(cell: JobCell): () => void {
    active.cells.add(cell);
    const isRead = !room.isHeld(); // whoever begins to hold is asked to read all
    const leave = room.enter();
    const id = cell.id();
    const seen = cell.job();
    if (seen) entities.seed(seen);
    const job = id === null ? undefined : entities.get(id);
    if (job) cell.show(job);
    else if (id !== null && entities.isGone(id)) cell.fail(noSuchJob());
    const isAll = job && isComplete(job) && entities.isWhole(job.id);
    if (id !== null && !isRead && !isAll && !entities.isGone(id)) read(id, "answer");
    signing.watch(watched());
    return () => {
      active.cells.delete(cell);
      signing.watch(watched());
      leave();
    };
  }

  function onQueue(queue: Queue): () => void {
    active.queues.add(queue);
    const isRead = !room.isHeld();
    const leave = room.enter();
    if (!isRead) queue.refresh("answer").catch((error) => missed("A queue could not be read", error));
    return () => {
      active.queues.delete(queue);
      leave();
    };
  }

  return {
    queue: (filter) =>
      queues.get(nameOf(filter), () => createQueue(filter, { http, entities, reader, onActive: onQueue }))
        .store,
    cell: (id) => cells.get(id, () => createCell(id, { onActive: onCell })),
    creating(job) {
      const cell = createCell(job, { onActive: onCell });
      creating.set(job.key, cell);
      cells.set(job.key, cell); // who knew it by its key may go on to call it so
      return cell;
    },
    latest: (cell) => entities.get(cell.id() ?? "") ?? cell.job(),
    reset() {
      reader.clear();
      entities.clear();
      creating.clear();
      for (const cell of new Set([...cells.all(), ...active.cells])) cell.reset();
      for (const queue of queues.all()) queue.reset();
    },
    close() {
      signing.close();
      room.close();
      reader.clear();
    },
  };
}

/** All that a screen may want of a job as it is now has been read. */
const isComplete = (job: ClientJob): boolean =>
  job.details !== null && (job.status !== "completed" || hasFiles(job));
const hasFiles = (job: ClientJob) =>
  job.output !== null &&
  (job.output.expired_at !== undefined || job.output.files.every((file) => file.signedUrl !== null));

/** The server's word on what was asked, which asking again would not change. */
const isRefusal = (error: unknown): boolean => {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === "number" && status >= 400 && status < 500 &&
    ![401, 408, 425, 429].includes(status);
};
