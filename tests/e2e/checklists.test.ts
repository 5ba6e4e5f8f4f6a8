/**
 * The checklists of documents 000, 001 and 002 with real functions and a real screen: the lines that they look for in the
 * logs are there, and where a cause is made, what comes back names it in the owner's language.
 */
import assert from "node:assert/strict";
import { eventually } from "@esteira/local-supabase/testing";
import type { Job } from "../../shared/rows/job.ts";
import { jobsTopic } from "../../shared/words/topics.ts";
import { callFunction, codeOf, createJob, jobWhen, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { listen } from "../world/listen.ts";
import { drawPicture } from "../world/picture.ts";

const lines: string[] = [];
const all: string[] = [];

/** Waits until each of these has been logged, since the last time that this was asked. */
async function logged(words: readonly string[]): Promise<void> {
  const missing = () => words.filter((word) => !lines.some((line) => line.includes(word)));
  await eventually(() => missing().length === 0 || undefined, { what: `a line with ${missing().join(", ")}` })
    .catch((error) => assert.fail(`${error.message} among\n${lines.join("\n")}`));
  lines.length = 0;
}

/** The first verdict that its owner is told, in both languages. */
async function why({ client }: User, id: string): Promise<[string, string, string]> {
  const { data, error } = await client.rpc("why", { p_job_id: id });
  const [first] = data ?? [];
  assert.ok(first && !error, error?.message);
  const words = first.words as Record<string, string>;
  return [first.code, words.en ?? "", words["pt-BR"] ?? ""];
}

/** Mends what the first verdict on a job names, as an operator does. */
async function repair({ sql }: Environment, id: string): Promise<void> {
  const [mended] = await sql`
    select (ops.repair(evidence ->> 'check')).verdict from ops.diagnose(${id}) where rank = 1`;
  assert.equal(mended?.verdict, "ok");
}

async function train(environment: Environment, user: User): Promise<{ job: Job; modelId: string }> {
  const images = await Promise.all([11, 12, 13, 14].map((side) => uploadInput(user, drawPicture(side))));
  const { id } = await createJob(environment, user, "model_training", {
    name: "Ana",
    subject: "woman",
    images,
  });
  const job = await jobWhen(environment, user, id, ({ status }) => status === "completed", "trained");
  const { data } = await user.client.from("ai_models").select("id").eq("trainingJobId", id).single();
  return { job, modelId: data?.id ?? "" };
}

Deno.test("the documents' checklists find their lines, and their causes are named", async (t) => {
  const environment = await startEnvironment({
    onLog: (line) => {
      lines.push(line);
      all.push(line);
    },
    functionsEnv: { ESTEIRA_LOGS: "text,json,documents" },
    astria: { taskMs: 200 },
  });
  const { sql } = environment;
  const user = await environment.signUp(500);
  try {
    // @acceptance 000:38-49, 000:70-72
    await t.step("000: a worker outside, whose updates are taken and refused", async () => {
      await sql`
        insert into public.tools (tool, lane, titles, settings) values ('outside', 'external', '{"en": "Outside"}',
          '{"input_schema": {"type": "object"}}')`;
      await createJob(environment, user, "outside", {});
      const api = (path: string, body: object) =>
        callFunction(environment, `workers-api/${path}`, { apiKey: environment.deployment.secretKey, body });
      const { body } = await api("claim", { lane: "external", worker: "w1" });
      const [claimed] = (body as { jobs: { id: string; token: string }[] }).jobs;
      const { id: jobId, token } = claimed ?? assert.fail();
      assert.equal((await api("progress", { jobId, token, progress: 50 })).status, 200);
      const refused = await api("progress", { jobId, token: crypto.randomUUID(), progress: 60 });
      assert.deepEqual([refused.status, codeOf(refused)], [409, "stale_token"]);
      await api("complete", { jobId, token, output: {} });
      await logged([
        `[jobs] Job ${jobId}: progress`,
        "[updateJobStatus] ✅ Job status updated successfully",
        "[updateJobStatus] ❌ Failed to update job status",
        `"level":"info","table":"jobs","job":"${jobId}","step":"completed"`,
      ]);
      assert.ok(!all.some((line) => line.includes(token)), "no line holds the token");
    });

    // @acceptance 001:41, 001:42, 001:43, 001:44-45, 001:147-156
    await t.step("001: the callback of a training, and a broadcast that is missing", async () => {
      const { modelId } = await train(environment, user);
      await logged([
        "📥 [WEBHOOK_ASTRIA] Webhook request received",
        `🎯 Processing Astria tune webhook for model: ${modelId}`,
        `✅ Model ${modelId} successfully updated to status: READY, progress: 100%`,
        `📡 Broadcasting model status change for model ${modelId}: READY`,
        `✅ Broadcast sent successfully for model ${modelId}`,
      ]);
      await sql`alter table public.ai_models disable trigger ai_models_broadcast_trigger`;
      const { job, modelId: silent } = await train(environment, user);
      await logged([`❌ Broadcast failed for model ${silent}`]);
      const [code, en, portuguese] = await why(user, job.id);
      assert.equal(code, "trigger_missing");
      assert.match(en, /^Your screen does not learn of changes by itself just now\./);
      assert.match(portuguese, /^Sua tela não está recebendo as mudanças sozinha agora\./);
      await repair(environment, job.id);
      assert.equal((await why(user, job.id))[0], "not_announced", "that one is still not told");
      await user.client.from("ai_models").update({ name: "Bea" }).eq("id", silent);
      assert.equal((await why(user, job.id))[0], "completed");
    });

    // @acceptance 002:492, 002:77-90
    await t.step("002: the result on its node, and a screen that may not listen", async () => {
      const content = { nodes: [{ id: "n1", type: "image", data: {} }], edges: [] };
      const { data: project } = await user.client.from("projects").insert({ content }).select("id").single();
      const metadata = { projectId: project?.id ?? "", nodeId: "n1" };
      const { id } = await createJob(environment, user, "image", { prompt: "a lighthouse" }, metadata);
      await jobWhen(environment, user, id, ({ status }) => status === "completed", "completed");
      await logged(["📥 [WEBHOOK_KIE] Webhook request received", "✅ updateProjectNode"]);
      assert.equal((await why(user, id))[0], "completed");

      await sql`drop policy "users listen to their own jobs" on realtime.messages`;
      const subscribe = () => listen(user.client, jobsTopic(user.userId), "UPDATE", () => {});
      await assert.rejects(subscribe(), "Realtime lets nobody in");
      const [code, en, portuguese] = await why(user, id);
      assert.equal(code, "topic_policy_missing");
      assert.match(en, /^Your screen may not listen to changes just now\./);
      assert.match(portuguese, /^Sua tela não tem permissão para ouvir as mudanças agora\./);
      await repair(environment, id);
      await user.client.removeAllChannels();
      await subscribe();
      assert.equal((await why(user, id))[0], "completed");
      const wrong =
        await sql`select check_name from ops.realtime_doctor() where verdict in ('warn', 'error')`;
      assert.deepEqual(wrong.map(({ check_name }) => check_name), []);
    });
  } finally {
    await environment.close();
  }
});
