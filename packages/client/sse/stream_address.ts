/** Which topics a stream can bring, and the address that asks for them. */
import { jobsTopic } from "../../../shared/words/topics.ts";

/** As the function has it: more projects or lanes are refused. */
const MOST = 20;

/**
 * The address of a stream of `topics`, and the topics that it cannot bring, with the reason. The user's own jobs and models
 * come with every stream. `userId`: of the token; undefined: it is no user's.
 */
export function streamAddress(
  url: string,
  topics: Iterable<string>,
  userId: string | undefined,
): { address: string; refused: ReadonlyMap<string, string> } {
  const refused = new Map<string, string>();
  const asked = { project: [] as string[], lane: [] as string[] };
  for (const topic of topics) {
    const [, kind = "", name = ""] = /^(project|lane):(.+)$/.exec(topic) ?? [];
    if (kind === "project" || kind === "lane") {
      if (asked[kind].length < MOST) asked[kind].push(name);
      else refused.set(topic, `a stream brings ${MOST} of a kind at the most`);
    } else if (userId === undefined || topic !== jobsTopic(userId)) {
      refused.set(topic, "Unauthorized: a stream brings the topics of its user alone");
    }
  }
  const query = String(
    new URLSearchParams([
      ...asked.project.map((id) => ["project", id]),
      ...asked.lane.map((lane) => ["lane", lane]),
    ]),
  );
  return { address: `${url}/stream${query && `?${query}`}`, refused };
}

/** The topic that an answer 404 is about; undefined: it names none. */
export function topicRefused(body: unknown): string | undefined {
  const { details } = (body as { error?: { details?: Record<string, unknown> } } | null)?.error ?? {};
  if (typeof details?.project === "string") return `project:${details.project}`;
  if (typeof details?.lane === "string") return `lane:${details.lane}`;
  return undefined;
}
