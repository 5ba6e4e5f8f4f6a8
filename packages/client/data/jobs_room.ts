/** The user's jobs as far as anybody watches them: what is told on `jobs:{user}` and what is read, put together. */
import { isTerminal } from "../../../shared/words/statuses.ts";
import { jobsTopic } from "../../../shared/words/topics.ts";
import type { JobFilter, Logger } from "../api/esteira.ts";
import type { ClientJob, QueueStore } from "../api/job.ts";
import type { Http } from "../http/http.ts";
import type { Link, SnapshotReason } from "../live/link.ts";
import type { Message } from "../live/transport.ts";
import type { Surroundings } from "../live/surroundings.ts";
import { CONNECTION_CHANGED, jobNewsOf, MODEL_STATUS } from "./arrivals.ts";
import { isComplete, isOpen, isRefusal } from "./completeness.ts";
import type { Change, Entities, LearnedBy } from "./entities.ts";
import { type JobCell, noSuchJob } from "./job_cell.ts";
import type { JobLog } from "./job_log.ts";
import { createJobReader } from "./job_reader.ts";
import { createMemo } from "./memo.ts";
import { createQueue, type Queue } from "./queue.ts";
import { nameOf } from "./queue_view.ts";
import { createRoom } from "./rooms.ts";
import { createSigning } from "./signing.ts";
import { createWatchedCells } from "./watched_cells.ts";

export interface JobsRoom {
  queue(filter: JobFilter): QueueStore;
  /** The cell of a job: the same for the same id, or key. */
  cell(id: string): JobCell;
  /** The cell of a job that is being created. */
  creating(job: ClientJob): JobCell;
  /** What is known of a cell's job, also while nobody watches. */
  latest(cell: JobCell): ClientJob | null;
  /** Another user, or nobody. */
  reset(): void;
  close(): void;
}

export interface JobsRoomDeps {
  link: Link;
  http: Http;
  entities: Entities;
  surroundings: Surroundings;
  logger: Logger;
  log: JobLog;
}

/** Jobs beyond those that are watched are forgotten when there are so many more than were needed last. */
const SPARE = 200;

export function createJobsRoom({ link, http, entities, surroundings, logger, log }: JobsRoomDeps): JobsRoom {
  const onOdd = (row: unknown) => logger.warn("[JOBS] Not understood, and left out:", row);
  const reader = createJobReader({ http, entities, surroundings, onOdd });
  const signing = createSigning(surroundings, http.clock, (id) => read(id, "answer"));
  const cells = createWatchedCells({ onActive: onCell });
  const queues = createMemo<Queue>();
  const activeQueues = new Set<Queue>();
  let needed = 0;
  const topicOfUser = () => jobsTopic(link.userId() ?? "");
  const watchedJobs = () => [...cells.watched()].flatMap((cell) => cell.job() ?? []);

  const room = createRoom(surroundings, () =>
    link.hold({
      topic: jobsTopic,
      message,
      snapshot,
      isOpen: () => activeQueues.size > 0 || [...cells.watched()].some((cell) => isOpen(cell.job())),
      userChanged: () => {}, // told to the whole of the data at once
    }), forget);

  /** Reads in the background; the connection asks again for what could not be read. */
  function read(id: string, by: LearnedBy, version?: number): void {
    reader.read(id, by, version).catch((error) => missed("A job could not be read", error));
  }

  function missed(what: string, error: unknown): void {
    logger.debug(`[JOBS] ${what}`, error);
    if (room.isHeld() && !isRefusal(error)) link.missed(topicOfUser());
  }

  function message({ event, payload }: Message, via: "realtime" | "sse"): void {
    if (event === MODEL_STATUS || event === CONNECTION_CHANGED) return;
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
    if (reason === "poll" && !isLive) log.polling(watchedJobs());
    const due = [...cells.watched()].filter((cell) => by === "snapshot" || isOpen(cell.job()));
    const ids = new Set(due.flatMap((cell) => cell.id() ?? []));
    const reads = await Promise.allSettled([
      ...[...activeQueues].map((queue) => queue.refresh(by, signal)),
      ...[...ids].map((id) => reader.read(id, by)),
    ]);
    for (const read of reads) if (read.status === "rejected" && !isRefusal(read.reason)) throw read.reason;
  }

  const isNeeded = (job: ClientJob): boolean =>
    cells.isWatched(job.id) || [...activeQueues].some((queue) => queue.shows(job));

  function forget(): void {
    entities.keep(room.isHeld() ? isNeeded : () => false);
    needed = entities.size();
  }

  entities.onChange((changes) => {
    for (const change of changes) show(change);
    for (const queue of activeQueues) queue.changed();
    signing.watch(watchedJobs());
    if (entities.size() > needed + 2 * cells.count() + SPARE) forget();
  });

  function show(change: Change): void {
    cells.show(change);
    const { id, after, by } = change;
    if (id === null || !after || !isTerminal(after.status)) return;
    if (by === "poll") log.finished(after);
    if (cells.isWatched(id) && !isComplete(after)) read(id, "answer", after.version);
  }

  function onCell(cell: JobCell): () => void {
    const isRead = !room.isHeld(); // whoever begins to hold is asked to read all
    const leave = room.enter();
    const [id, seen] = [cell.id(), cell.job()];
    if (seen) entities.seed(seen); // it may have been forgotten meanwhile
    const job = id === null ? undefined : entities.get(id);
    const isGone = id !== null && entities.isGone(id);
    if (job) cell.show(job);
    else if (isGone) cell.fail(noSuchJob());
    const isAll = job && isComplete(job) && entities.isWhole(job.id);
    if (id !== null && !isRead && !isAll && !isGone) read(id, "answer");
    signing.watch(watchedJobs());
    return () => {
      signing.watch(watchedJobs());
      leave();
    };
  }

  function onQueue(queue: Queue): () => void {
    activeQueues.add(queue);
    const isRead = !room.isHeld();
    const leave = room.enter();
    if (!isRead) queue.refresh("answer").catch((error) => missed("A queue could not be read", error));
    return () => {
      activeQueues.delete(queue);
      leave();
    };
  }

  const makeQueue = (filter: JobFilter) =>
    createQueue(filter, { http, entities, reader, onOdd, onActive: onQueue });
  return {
    queue: (filter) => queues.get(nameOf(filter), () => makeQueue(filter)).store,
    cell: cells.cell,
    creating: cells.creating,
    latest: (cell) => entities.get(cell.id() ?? "") ?? cell.job(),
    reset() {
      reader.clear();
      entities.clear();
      needed = 0;
      cells.reset();
      for (const queue of queues.all()) queue.reset();
    },
    close() {
      signing.close();
      room.close();
      reader.clear();
    },
  };
}
