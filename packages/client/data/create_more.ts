/** What not every screen has: projects, models, the balance, places in the queue. Loaded when one of them is asked for. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Logger } from "../api/esteira.ts";
import type { Position } from "../api/job.ts";
import type { Http } from "../http/http.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import type { Store } from "../store/store.ts";
import { createCredits, type LiveCredits } from "./credits.ts";
import type { Learned } from "./delivery.ts";
import type { JobCell } from "./job_cell.ts";
import { createMemo } from "./memo.ts";
import { createModels, type LiveModels } from "./models.ts";
import { createPosition } from "./position.ts";
import { createProject, type LiveProject } from "./project.ts";

export interface More {
  readonly models: LiveModels;
  readonly credits: LiveCredits;
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
  /** A change of a model or a project was learned. */
  learned: (change: Learned) => void;
}

export function createMore({ learned, ...deps }: MoreDeps): More {
  const learn: Parameters<typeof createModels>[0]["learned"] = (by, { updatedAt }) =>
    learned({ by, updatedAt, isTerminal: false });
  const models = createModels({ ...deps, learned: learn });
  const credits = createCredits(deps);
  const projects = createMemo<LiveProject>();
  const parts = () => [models, credits, ...projects.all()];
  return {
    models,
    credits,
    project: (id) =>
      projects.get(id, () =>
        createProject(id, {
          ...deps,
          learned: (by, { updatedAt }) => learned({ by, updatedAt, isTerminal: false }),
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
