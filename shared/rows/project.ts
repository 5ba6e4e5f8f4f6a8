/** A project as its owner's app works on it: a canvas on whose nodes jobs show what they do. */
import { z } from "zod";

/** What jobs write into the data of a node. Everything else there is the app's. */
export const nodeResult = z.object({
  /** The last result; stays while a newer job runs. `url` is for its owner's token, `type` a MIME type. */
  generated: z.looseObject({ url: z.string(), type: z.string().optional() }).optional(),
  /** Whether a job is at work. */
  loading: z.boolean().optional(),
  /** Where the node's job stands, as `JOB_STATUSES`. */
  status: z.string().optional(),
  /** Why it failed. */
  error: z.string().optional(),
  /** The provider's id of the task. */
  requestId: z.string().optional(),
  /** The job that the node shows: the newest one that was made for it. */
  jobId: z.string().optional(),
  /** When a job last wrote here, ISO 8601. */
  updatedAt: z.string().optional(),
});
export type NodeResult = z.infer<typeof nodeResult>;

/** The keys of a node's data that jobs write. */
export const RESULT_KEYS = Object.keys(nodeResult.shape) as readonly (keyof NodeResult)[];

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
