/** All that the client knows of one user, put together. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { isTerminal } from "../../../shared/words/statuses.ts";
import type { Credits, Esteira, Logger, Models, Project } from "../api/esteira.ts";
import type { Position } from "../api/job.ts";
import type { Http } from "../http/http.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import type { Store } from "../store/store.ts";
import { createCreates } from "./creates.ts";
import type { More } from "./create_more.ts";
import type { Learned } from "./delivery.ts";
import { type Change, createEntities } from "./entities.ts";
import type { JobCell } from "./job_cell.ts";
import { createJobLog } from "./job_log.ts";
import { createJobs } from "./jobs.ts";
import { createJobsRoom } from "./jobs_room.ts";
import { late, lateStore } from "./late.ts";
import { createMemo } from "./memo.ts";
import { latePublishing } from "./publishing/late_publishing.ts";

export type Data = Pick<
  Esteira,
  "jobs" | "project" | "models" | "credits" | "publications" | "connections" | "tools" | "close"
>;

export interface DataOptions {
  supabase: SupabaseClient;
  link: Link;
  http: Http;
  surroundings: Surroundings;
  logger: Logger;
  /** Whether log lines go anywhere. */
  isHeard: boolean;
  reportDelivery: boolean;
}

const LOADING = { state: "loading", data: null, error: null } as const;

export function createData(options: DataOptions): Data {
  const { supabase, link, http, surroundings, logger, isHeard, reportDelivery } = options;
  const shared = { supabase, http, link, surroundings, logger };
  const entities = createEntities();
  const more = late(async () => (await import("./create_more.ts")).createMore({ ...shared, reportDelivery }));
  entities.onChange((changes) => {
    if (!reportDelivery) return;
    const learned = changes.flatMap((change) => learnedFrom(change, surroundings.now()));
    const whose = link.userId();
    // It is a measure, not what is measured: where it cannot be loaded, nothing is.
    if (learned.length > 0) {
      more.get().then((more) => {
        if (link.userId() === whose) learned.forEach(more.learned);
      }, () => {});
    }
  });
  const log = createJobLog(logger, () => surroundings.now(), isHeard);
  const room = createJobsRoom({ ...shared, entities, log });
  const laneOf = (tool: string) => more.now()?.tools.laneOf(tool) ?? "";
  const creates = createCreates({ ...shared, entities, room, laneOf });
  const lateOf = <T>(initial: T, of: (more: More) => Store<T>) =>
    lateStore(initial, async () => of(await more.get()), surroundings);
  const position = (cell: JobCell) => lateOf<Position | null>(null, (more) => more.position(cell));
  const projects = createMemo<Project>();
  const models = lateOf<Snapshot<Models>>(LOADING, (more) => more.models.watch());
  const credits = lateOf<Snapshot<Credits>>(LOADING, (more) => more.credits.credits.watch());
  const publishing = latePublishing(shared);

  let user = link.userId();
  const unwatch = link.onUser((next) => {
    const isFirst = user === undefined;
    if (next === user) return;
    user = next;
    if (isFirst) return;
    // Everything of the first is gone before anything of the second can be shown.
    for (const part of [room, more.now(), publishing.now()]) part?.reset();
  });

  function project(id: string): Project {
    const store = lateOf<Snapshot<Project>>(LOADING, (more) => more.project(id).watch());
    return {
      watch: () => store,
      read: async () => await (await more.get()).project(id).read(),
      save: async (content, options) => await (await more.get()).project(id).save(content, options),
    };
  }

  return {
    jobs: createJobs({ http, entities, room, creates, position }),
    project: ((id: string) => projects.get(id, () => project(id))) as Data["project"],
    models: { watch: () => models, list: async () => await (await more.get()).models.list() },
    credits: Object.assign(
      async (of?: Parameters<Credits>[0]) => await (await more.get()).credits.credits(of),
      {
        watch: () => credits,
      },
    ),
    publications: publishing.publications,
    connections: publishing.connections,
    tools: async (options) => await (await more.get()).tools.tools(options),
    close() {
      unwatch();
      for (const part of [room, more.now(), publishing.now()]) part?.close();
    },
  };
}

/** What a change was, where it was news from elsewhere. Jobs that a read finds were there before anybody looked. */
function learnedFrom({ before, after, by }: Change, at: number): Learned[] {
  if (!after || after.isCreating || by === "answer" || by === "here") return [];
  const wasKnown = before !== null && !before.isCreating;
  const isNews = wasKnown ? after.version > before.version : by === "realtime" || by === "sse";
  return isNews ? [{ by, updatedAt: after.updated_at, isTerminal: isTerminal(after.status), at }] : [];
}

/** What the store of a part shows. */
type Snapshot<T extends { watch(): Store<unknown> }> = ReturnType<ReturnType<T["watch"]>["getSnapshot"]>;
