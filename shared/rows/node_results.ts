/** What jobs show on the nodes of a project, for those who work on a project's content. Checks nothing: `project.ts` does. */

/** What jobs write into the data of a node. Everything else there is the app's. */
export interface NodeResult {
  /** The last result; stays while a newer job runs. `url` is for its owner's token, `type` a MIME type. */
  generated?: { url: string; type?: string; [field: string]: unknown };
  /** Whether a job is at work. */
  loading?: boolean;
  /** Where the node's job stands, as `JOB_STATUSES`. */
  status?: string;
  /** Why it failed. */
  error?: string;
  /** The provider's id of the task. */
  requestId?: string;
  /** The job that the node shows: the newest one that was made for it. */
  jobId?: string;
  /** When a job last wrote here, ISO 8601. */
  updatedAt?: string;
}

/** The keys of a node's data that jobs write. */
export const RESULT_KEYS = [
  "generated",
  "loading",
  "status",
  "error",
  "requestId",
  "jobId",
  "updatedAt",
] as const satisfies readonly (keyof NodeResult)[];

/** A node, of which Esteira knows no more than this. */
export interface ProjectNode {
  id: string;
  data?: Record<string, unknown>;
}

/** The content of a project: at least a list of nodes. */
export interface ProjectContent {
  nodes: ProjectNode[];
}

/**
 * Takes over what jobs have shown since a save was begun: `mine`, with what `theirs` has under `RESULT_KEYS` in the
 * nodes that both have. For the answer 409 `stale_version`: read the row, save this with the version just read. Nodes
 * that only one of the two has are left to `mine`; what another tab has changed besides results is lost.
 */
export function withResults<C extends ProjectContent>(mine: C, theirs: ProjectContent): C {
  const known = new Map(theirs.nodes.map((node) => [node.id, node.data ?? {}]));
  return {
    ...mine,
    nodes: mine.nodes.map((node) => {
      const data = known.get(node.id);
      if (!data) return node;
      const own = Object.entries(node.data ?? {}).filter(([key]) => !isResultKey(key));
      const results = Object.entries(data).filter(([key]) => isResultKey(key));
      if (!node.data && results.length === 0) return node;
      return { ...node, data: Object.fromEntries([...own, ...results]) };
    }),
  };
}

function isResultKey(key: string): boolean {
  return (RESULT_KEYS as readonly string[]).includes(key);
}
