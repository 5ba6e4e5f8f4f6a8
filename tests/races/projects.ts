/** What the races do with projects: an owner who saves, and a look at what jobs have shown. */
import assert from "node:assert/strict";
import type { Row, Session } from "./harness.ts";

export interface Project {
  id: string;
}

/** The data of a node. */
export interface NodeRow extends Row {
  status?: string;
  prompt?: string;
  error?: string;
}

/** Makes a project with the nodes n1 and n2. */
export async function createProject(session: Session, userId: string): Promise<Project> {
  const nodes = ["n1", "n2"].map((id) => ({ id, type: "image", data: { prompt: "a picture" } }));
  return await session.row<Project & Row>(
    "insert into public.projects (user_id, content) values ($1, $2) returning id",
    [userId, { nodes, edges: [] }],
  );
}

export async function versionOf(session: Session, { id }: Project): Promise<number> {
  return (await session.row<{ version: number }>("select version from public.projects where id = $1", [id]))
    .version;
}

export async function nodeOf(session: Session, { id }: Project, node: string): Promise<NodeRow> {
  const { data } = await session.row<{ data: NodeRow }>(
    `select node -> 'data' as data from public.projects, jsonb_array_elements(content -> 'nodes') node
     where id = $1 and node ->> 'id' = $2`,
    [id, node],
  );
  return data;
}

/** Saves the whole content, with other prompts, as an app does that has seen `version`. */
export async function save(
  session: Session,
  { id }: Project,
  version: number,
  prompts: Record<string, string>,
): Promise<void> {
  const { content } = await session.row<{ content: { nodes: { id: string; data: NodeRow }[] } }>(
    "select content from public.projects where id = $1",
    [id],
  );
  for (const node of content.nodes) node.data.prompt = prompts[node.id] ?? node.data.prompt;
  const rows = await session.rows(
    "update public.projects set content = $2, version = $3 where id = $1 returning id",
    [id, content, version],
  );
  assert.equal(rows.length, 1);
}

/** What became of the effect of a job that has ended. */
export async function outcomeOf(session: Session, jobId: string): Promise<string> {
  const { outcome } = await session.row<{ outcome: string }>(
    "select outcome from public.job_effects where job_id = $1",
    [jobId],
  );
  return outcome;
}

/** Does now what is put off until the transaction commits. */
export async function showNow(session: Session): Promise<void> {
  await session.rows("set constraints all immediate");
}

/** How long an effect waits for a project or model. */
export async function patience(session: Session, wait: string): Promise<void> {
  await session.rows(
    `alter function private.apply_effects(uuid[], uuid[]) set lock_timeout = '${wait}'`,
  );
}
