/** One project, live: what jobs show on its nodes, and what other tabs save. */
import { useMemo } from "react";
import type { ProjectContent } from "../../../../shared/rows/node_results.ts";
import type { Project, ProjectSnapshot } from "../../api/esteira.ts";
import type { Loaded } from "../../api/job.ts";
import type { Store } from "../../store/store.ts";
import { IDLE, type LiveOptions, type LiveState, liveState } from "./loaded.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

export interface UseProject<C extends ProjectContent = ProjectContent> extends LiveState {
  project: ProjectSnapshot<C> | null;
  /** Saves on the version last seen; results that landed meanwhile are kept. Rejects where there is no project id. */
  save: Project<C>["save"];
}

/** `C` is taken on trust: the content is what your app has put there. */
export function useProject<C extends ProjectContent = ProjectContent>(
  id: string | null | undefined,
  { enabled = true }: LiveOptions = {},
): UseProject<C> {
  const { store, save } = useProjectStore<C>(id, enabled);
  const snapshot = useStore(store ?? IDLE);
  return { project: snapshot.data, save, ...liveState(snapshot, store !== null) };
}

/** The store of a project, the same for the same id; null while it is not enabled or has no id. */
export function useProjectStore<C extends ProjectContent>(
  id: string | null | undefined,
  enabled: boolean,
): { store: Store<Loaded<ProjectSnapshot<C>>> | null; save: Project<C>["save"] } {
  const client = useEsteira();
  const project = useMemo(() => id ? client.project<C>(id) : null, [client, id]);
  const store = useMemo(() => enabled && project ? project.watch() : null, [project, enabled]);
  const save = useMemo<Project<C>["save"]>(
    () => project?.save.bind(project) ?? (() => Promise.reject(new Error("No project to save"))),
    [project],
  );
  return { store, save };
}
