/** The log lines about what a job changes besides itself: a node of a project, a model. */
import { z } from "zod";
import { admin, unwrap, worker } from "../engine/database.ts";
import type { WorkItem } from "../engine/work_item.ts";
import { background } from "../runtime/background.ts";
import { sayModelUpdated, sayNodeUpdated } from "../runtime/document_words.ts";
import { logJob, logsAs } from "../runtime/log.ts";

/** What a job is to change, for a line that tells of one of its steps; nothing for a job that changes nothing else. */
export function aimOf({ effect, model_id, metadata }: WorkItem["job"]): Record<string, unknown> {
  if (effect === "model") return { modelId: model_id };
  if (effect !== "project_node") return {};
  return { projectId: metadata.projectId, nodeId: metadata.nodeId };
}

/**
 * Has logged, after the response, what became of the effect of a job that has just ended: `[jobs] Job {id}: effect
 * {effect, outcome, …}`, of a model its status and progress too. The outcomes are those of `public.job_effects`. Asks
 * nothing about a job without an effect, or whose project nobody names: the database notes none of them.
 */
export function logEffect({ job }: WorkItem): void {
  const isNoted = job.effect && (job.effect !== "project_node" || (job.metadata.projectId ?? null) !== null);
  if (isNoted) background("effect", lookUp(job));
}

async function lookUp(job: WorkItem["job"]): Promise<void> {
  const shown = unwrap(
    await admin().from("job_effects").select("effect,outcome,message").eq("job_id", job.id).maybeSingle(),
  );
  if (!shown) return; // the job is gone
  const { effect, outcome, message } = shown;
  const model = job.effect === "model" && job.model_id
    ? unwrap(await admin().from("ai_models").select("status,progress").eq("id", job.model_id).maybeSingle())
    : null;
  logJob(job.id, "effect", { effect, outcome, ...aimOf(job), ...model, ...message ? { message } : {} });
  if (effect === "project_node") sayNodeUpdated(job.id, outcome, aimOf(job));
  if (model && job.model_id && outcome === "applied") await sayModel(job.model_id, model);
}

/** What document 001 looks for; asks nothing where nobody does. */
async function sayModel(modelId: string, model: { status: string; progress: number }): Promise<void> {
  if (!logsAs("documents")) return;
  const isTold = z.boolean().parse(unwrap(await worker().rpc("model_told", { p_model_id: modelId })));
  sayModelUpdated({ modelId, ...model, isTold });
}
