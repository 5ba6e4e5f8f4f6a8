/** What a broadcast on `project:{id}` changes (docs/results.md). Pure. */
import { type ProjectContent, type ProjectNode, withResults } from "../../../shared/rows/node_results.ts";
import type { ProjectSnapshot } from "../api/esteira.ts";
import { isDict } from "./arrivals.ts";

export type AfterEvent =
  | { readonly type: "merged"; readonly project: ProjectSnapshot }
  | { readonly type: "read"; readonly version: number }
  | { readonly type: "old" | "gone" | "junk" };

/** Jobs have shown themselves, and nothing lies between: merged. Anything else that is newer has to be read. */
export function afterProjectEvent(
  known: ProjectSnapshot | null,
  event: string,
  payload: unknown,
): AfterEvent {
  if (event === "DELETE") return { type: "gone" };
  if (!isDict(payload) || !isDict(payload.new)) return { type: "junk" };
  const { version, updatedAt, name, content } = payload.new;
  if (typeof version !== "number") return { type: "junk" };
  if (!known) return { type: "read", version };
  if (version <= known.version) return { type: "old" };
  const isByJobs = isDict(payload._debug) && typeof payload._debug.nodeUpdated === "string";
  const nodes = isDict(content) && Array.isArray(content.nodes) ? content.nodes.filter(isNode) : [];
  if (!isByJobs || version !== known.version + 1 || nodes.length === 0) return { type: "read", version };
  return {
    type: "merged",
    project: {
      ...known,
      version,
      name: typeof name === "string" ? name : null,
      updatedAt: typeof updatedAt === "string" ? updatedAt : known.updatedAt,
      content: withResults(known.content, { nodes }),
    },
  };
}

const isNode = (node: unknown): node is ProjectNode =>
  isDict(node) && typeof node.id === "string" && isDict(node.data);

/** `mine`, with the results of those nodes on which jobs have written after what `mine` shows. */
export function unseenResults<C extends ProjectContent>(mine: C, latest: ProjectContent): C {
  const seen = new Map(mine.nodes.map((node) => [node.id, writtenAt(node)]));
  const news = latest.nodes.filter((node) => writtenAt(node) > (seen.get(node.id) ?? Infinity));
  return news.length === 0 ? mine : withResults(mine, { nodes: news });
}

/** When a job last wrote on a node, in ms; -Infinity: never. */
function writtenAt({ data }: ProjectNode): number {
  const time = Date.parse(String(data?.updatedAt));
  return Number.isNaN(time) ? -Infinity : time;
}
