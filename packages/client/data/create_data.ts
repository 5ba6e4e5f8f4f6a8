/** All that the client knows of one user, put together. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { isTerminal } from "../../../shared/words/statuses.ts";
import type { Esteira, Logger } from "../api/esteira.ts";
import type { Http } from "../http/http.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import { createCreates } from "./creates.ts";
import { createCredits } from "./credits.ts";
import { createDelivery, type Learned } from "./delivery.ts";
import { type Change, createEntities } from "./entities.ts";
import { createJobLog } from "./job_log.ts";
import { createJobs } from "./jobs.ts";
import { createJobsRoom } from "./jobs_room.ts";
import { createMemo } from "./memo.ts";
import { createModels } from "./models.ts";
import { createProject, type LiveProject } from "./project.ts";
import { createTools } from "./tools.ts";

export type Data = Pick<Esteira, "jobs" | "project" | "models" | "credits" | "tools" | "close">;

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

export function createData(options: DataOptions): Data {
  const { supabase, link, http, surroundings, logger, isHeard, reportDelivery } = options;
  const entities = createEntities();
  const log = createJobLog(logger, () => surroundings.now(), isHeard);
  const shared = { http, link, surroundings, logger };
  const delivery = createDelivery({
    surroundings,
    clock: http.clock,
    liveSince() {
      const { status, since } = link.connection.getSnapshot();
      return status === "live" ? since : null;
    },
    send(reports) {
      if (!link.userId()) return;
      supabase.rpc("report_delivery", { p_reports: reports }).then(({ error }) => {
        if (error) logger.debug("[DELIVERY] Not reported", error);
      }, (error) => logger.debug("[DELIVERY] Not reported", error));
    },
  });
  const learned = (change: Learned) => {
    if (reportDelivery) delivery.learned(change);
  };
  entities.onChange((changes) => {
    for (const change of changes) if (isNewer(change)) learned(learnedFrom(change));
  });
  const room = createJobsRoom({ ...shared, entities, log });
  const tools = createTools(http);
  const creates = createCreates({ ...shared, entities, room, laneOf: tools.laneOf });
  const models = createModels({
    ...shared,
    learned: (by, { updatedAt }) => learned({ by, updatedAt, isTerminal: false }),
  });
  const credits = createCredits(shared);
  const projects = createMemo<LiveProject>();

  let user = link.userId();
  const unwatch = link.onUser((next) => {
    const isFirst = user === undefined;
    if (next === user) return;
    user = next;
    if (isFirst) return;
    // Everything of the first is gone before anything of the second can be shown.
    delivery.reset();
    room.reset();
    models.reset();
    credits.reset();
    tools.reset();
    for (const project of projects.all()) project.reset();
  });

  return {
    jobs: createJobs({ ...shared, entities, room, creates }),
    project: ((id: string) =>
      projects.get(id, () =>
        createProject(id, {
          supabase,
          link,
          surroundings,
          logger,
          learned: (by, { updatedAt }) => learned({ by, updatedAt, isTerminal: false }),
        }))) as Data["project"],
    models: { watch: models.watch, list: models.list },
    credits: credits.credits,
    tools: (options) => tools.tools(options),
    close() {
      unwatch();
      delivery.close();
      for (const part of [room, models, credits, ...projects.all()]) part.close();
    },
  };
}

/** Whether a change was news from elsewhere. Jobs that a read finds were there before anybody looked: no measure of anything. */
function isNewer({ before, after, by }: Change): boolean {
  if (!after || after.isCreating) return false;
  const wasKnown = before !== null && !before.isCreating;
  return wasKnown ? after.version > before.version : by === "realtime" || by === "sse";
}

const learnedFrom = ({ after, by }: Change): Learned => ({
  by,
  updatedAt: after?.updated_at ?? "",
  isTerminal: after !== null && isTerminal(after.status),
});
