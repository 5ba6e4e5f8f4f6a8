/** What no first screen waits for: projects, models, the balance, places in the queue, tools, the measure of delivery. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Logger } from "../api/esteira.ts";
import type { Position } from "../api/job.ts";
import type { Http } from "../http/http.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import type { Store } from "../store/store.ts";
import { createCredits, type LiveCredits } from "./credits.ts";
import { createDelivery, type Learned } from "./delivery.ts";
import type { LearnedBy } from "./entities.ts";
import type { JobCell } from "./job_cell.ts";
import { createMemo } from "./memo.ts";
import { createModels, type LiveModels } from "./models.ts";
import { createPosition } from "./position.ts";
import { createProject, type LiveProject } from "./project.ts";
import { createTools, type Tools } from "./tools.ts";

export interface More {
  readonly models: LiveModels;
  readonly credits: LiveCredits;
  readonly tools: Tools;
  learned(change: Learned): void;
  /** The same for the same id. */
  project(id: string): LiveProject;
  position(cell: JobCell): Store<Position | null>;
  /** Another user, or nobody. */
  reset(): void;
  close(): void;
}

export interface MoreDeps {
  supabase: SupabaseClient;
  http: Http;
  link: Link;
  surroundings: Surroundings;
  logger: Logger;
  reportDelivery: boolean;
}

export function createMore({ reportDelivery, ...deps }: MoreDeps): More {
  const delivery = createDelivery(deps);
  const learned = (change: Learned) => {
    if (reportDelivery) delivery.learned(change);
  };
  const learn = (by: LearnedBy, { updatedAt }: { updatedAt: string }) =>
    learned({ by, updatedAt, isTerminal: false, at: deps.surroundings.now() });
  const models = createModels({ ...deps, learned: learn });
  const credits = createCredits(deps);
  const tools = createTools(deps.http);
  const projects = createMemo<LiveProject>();
  const parts = () => [models, credits, tools, delivery, ...projects.all()];
  return {
    models,
    credits,
    tools,
    learned,
    project: (id) =>
      projects.get(id, () =>
        createProject(id, {
          ...deps,
          learned: learn,
        })),
    position: (cell) => createPosition({ ...deps, cell }),
    reset() {
      for (const part of parts()) part.reset();
    },
    close() {
      for (const part of parts()) part.close();
    },
  };
}
