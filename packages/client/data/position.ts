/** Where a waiting job stands: asked for once, then counted down from what its lane tells, and asked for again when it must be. */
import { laneTopic } from "../../../shared/words/topics.ts";
import type { Logger } from "../api/esteira.ts";
import type { ClientJob, Position } from "../api/job.ts";
import { createStore, type Store } from "../store/store.ts";
import type { Http } from "../http/http.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import { isDict } from "./arrivals.ts";
import { isRefusal } from "./completeness.ts";
import { type Asked, countDown, type Counted } from "./countdown.ts";
import type { JobCell } from "./job_cell.ts";

/** Between two questions about one job at least, in ms; more while it is far behind. */
const APART_MS = 5000;
/** The first answer knows no clock to count from: with the first that is told, it is asked for once more. */
const FIRST_APART_MS = 200;

export interface PositionDeps {
  cell: JobCell;
  http: Http;
  link: Link;
  surroundings: Surroundings;
  logger: Logger;
}

/** The position of a cell's job; null while it is not known, and when the job does not wait. */
export function createPosition(
  { cell, http, link, surroundings, logger }: PositionDeps,
): Store<Position | null> {
  let asked: (Asked & { readonly version: number }) | null = null;
  let clock: number | null = null;
  let askedAt = -Infinity;
  let timer: unknown;
  let isAsking = false;
  let isActive = false;
  let leaveLane: (() => void) | undefined;

  const store = createStore<Position | null>(null, {
    onActive() {
      isActive = true;
      const release = cell.store.subscribe(look);
      look();
      return () => {
        isActive = false;
        release();
        stop();
      };
    },
  });

  function show(counted: Counted | null): void {
    const now = store.getSnapshot();
    const isSame = now && counted && now.position === counted.position && now.exact === counted.exact &&
      now.highDemand === counted.highDemand;
    if (!isSame) store.set(counted && { ...counted });
  }

  function stop(): void {
    surroundings.clearTimeout(timer);
    timer = undefined;
    leaveLane?.();
    leaveLane = undefined;
    asked = null;
    clock = null;
  }

  /** The job has changed: does it wait, and where? */
  function look(): void {
    const job = cell.store.getSnapshot().data;
    if (!isActive || !job || !isWaiting(job)) {
      if (leaveLane || store.getSnapshot()) {
        stop();
        show(null);
      }
      return;
    }
    if (leaveLane) {
      if (asked?.version !== job.version) askSoon(); // it may stand elsewhere now
      return;
    }
    leaveLane = link.hold({
      topic: laneTopic(job.lane),
      message: ({ event, payload }) => {
        if (event === "lane_moved") moved(payload);
      },
      snapshot: (_, signal) => ask(signal),
      isOpen: () => leaveLane !== undefined,
      userChanged: () => {},
    });
  }

  function moved(payload: unknown): void {
    const job = cell.store.getSnapshot().data;
    if (!isDict(payload) || !isDict(payload.clocks)) return;
    if (!job?.details) return askSoon(); // its priority is not known
    const told = payload.clocks[String(job.details.priority)];
    const next = typeof told === "number" ? told : undefined;
    const shown = store.getSnapshot();
    if (asked && shown) {
      const step = countDown(asked, shown, next);
      show(step.counted);
      if (step.ask) askSoon();
    }
    clock = next ?? clock;
  }

  function askSoon(): void {
    if (timer !== undefined || isAsking) return;
    const apart = asked?.clock === null
      ? FIRST_APART_MS
      : Math.min(30_000, APART_MS + (asked?.position ?? 0) * 50);
    const wait = askedAt + apart - surroundings.now();
    timer = surroundings.setTimeout(() => {
      timer = undefined;
      ask().catch((error) => logger.debug("[POSITION] Could not be asked for", error));
    }, Math.max(0, wait));
  }

  async function ask(signal?: AbortSignal): Promise<void> {
    const id = cell.id();
    if (!isActive || id === null || isAsking) return;
    isAsking = true;
    askedAt = surroundings.now();
    try {
      const { body } = await http.call({
        path: `jobs/${encodeURIComponent(id)}/position`,
        ...signal && { signal },
      });
      const job = cell.store.getSnapshot().data;
      if (!isActive || !isDict(body) || !job || !isWaiting(job)) return;
      const { position, exact, ticket, waiting, slots } = body;
      if (typeof position !== "number" || typeof ticket !== "number") return show(null);
      const highDemand = Number(waiting) > Number(slots);
      asked = { position, exact: exact === true, ticket, clock, highDemand, version: job.version };
      show(asked && { position, exact: asked.exact, highDemand: asked.highDemand });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      show(null);
    } finally {
      isAsking = false;
    }
  }

  return store;
}

/** Whether a job waits for its turn: not one that is only being created, nor one for later. */
const isWaiting = (job: ClientJob): boolean =>
  !job.isCreating && job.status === "pending" && job.run_at === null && job.lane !== "";
