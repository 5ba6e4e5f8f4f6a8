import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import type { Json } from "../../shared/database.types.ts";
import { type ProjectEvent, projectEvent } from "../../shared/rows/events.ts";
import { jobResponse, jobsResponse } from "../../shared/requests/requests.ts";
import { projectTopic } from "../../shared/words/topics.ts";
import { callFunction, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { listen } from "../world/listen.ts";
import { drawPicture } from "../world/picture.ts";

const node = (id: string) => ({ id, type: "image", position: { x: 0, y: 0 }, data: { prompt: `a ${id}` } });

interface Content {
  nodes: { id: string; data: Record<string, unknown> }[];
}

async function readProject({ client }: User, id: string): Promise<{ version: number; content: Content }> {
  const { data, error } = await client.from("projects").select("version,content").eq("id", id).single();
  if (error) throw error;
  return { version: data.version, content: data.content as unknown as Content };
}

async function createProject({ client }: User, content: object): Promise<string> {
  const { data, error } = await client.from("projects").insert({ content: content as NonNullable<Json> })
    .select("id")
    .single();
  if (error) throw error;
  return data.id;
}

async function createNodeJobs(environment: Environment, user: User, projectId: string, nodes: string[]) {
  const image = await uploadInput(user, drawPicture(24));
  const jobs = nodes.map((nodeId) => ({
    tool: "upscaler",
    input: { image },
    metadata: { projectId, nodeId },
  }));
  const answer = await callFunction(environment, "jobs/batch", { token: user.accessToken, body: { jobs } });
  return jobsResponse.parse(answer.body).jobs.map(({ id }) => id);
}

Deno.test("what jobs show on a project's nodes reaches the screen of its owner, and nobody else's", async (t) => {
  const environment = await startEnvironment({ runninghub: { taskMs: 300 } });
  const owner = await environment.signUp(20);
  const stranger = await environment.signUp();
  const events: ProjectEvent[] = [];
  try {
    await environment.sql`update public.tools set effect = 'project_node' where tool = 'upscaler'`;
    const projectId = await createProject(owner, { nodes: ["n1", "n2", "n3"].map(node), edges: [] });
    await listen(
      owner.client,
      projectTopic(projectId),
      "*",
      (payload) => events.push(projectEvent.parse(payload)),
    );
    const heard = (nodeId: string, status: string) =>
      eventually(
        () =>
          events.find(({ new: now, _debug }) =>
            _debug.nodeUpdated === nodeId && now?.content.nodes[0]?.data.status === status
          ),
        { what: `${nodeId} to be ${status}`, timeoutMs: 20_000 },
      );

    // @acceptance 002:8, 002:59, 002:61-63, 002:396-420, 002:497
    await t.step("two jobs that end together both land, and the owner sees each", async () => {
      const [one, two] = await createNodeJobs(environment, owner, projectId, ["n1", "n2"]);
      for (const [nodeId, jobId] of [["n1", one], ["n2", two]] as const) {
        assert.equal((await heard(nodeId, "processing")).new?.content.nodes[0]?.data.loading, true);
        const { new: now, old } = await heard(nodeId, "completed");
        const { id, data } = now?.content.nodes[0] ?? assert.fail();
        assert.equal(now?.content.nodes.length, 1);
        assert.deepEqual([id, data.loading, data.jobId], [nodeId, false, jobId]);
        assert.match(data.requestId ?? "", /^\d{19}$/);
        assert.match(data.generated?.url ?? "", new RegExp(`/outputs/${owner.userId}/${jobId}/`));
        assert.equal(data.generated?.type, "image/png");
        assert.equal(now.version, (old?.version ?? 0) + 1);
      }
      const { version, content } = await readProject(owner, projectId);
      assert.deepEqual(content.nodes.map(({ data }) => [data.status, data.prompt]), [
        ["completed", "a n1"],
        ["completed", "a n2"],
        [undefined, "a n3"],
      ]);
      assert.deepEqual(
        events.map((event) => event.new?.version).toSorted((a, b) => (a ?? 0) - (b ?? 0)),
        Array.from({ length: version - 1 }, (_, i) => i + 2),
        "every version was announced once",
      );
    });

    await t.step("an app that saves what it had before a job landed is told so", async () => {
      const { version } = await readProject(owner, projectId);
      const content = { nodes: [node("n1"), node("n2")] };
      const save = (more: object) =>
        owner.client.from("projects").update({ content: content as unknown as NonNullable<Json>, ...more })
          .eq(
            "id",
            projectId,
          );
      const stale = await save({ version: version - 1 });
      assert.deepEqual([stale.status, stale.error?.details], [409, "stale_version"]);
      const none = await save({});
      assert.deepEqual([none.status, none.error?.details], [428, "version_required"]);
      assert.equal((await readProject(owner, projectId)).version, version);
    });

    await t.step("a node that is deleted meanwhile is reported, not recreated", async () => {
      environment.runninghub.misbehave({ times: 1, fault: { kind: "slow", ms: 1500 } });
      const [jobId = ""] = await createNodeJobs(environment, owner, projectId, ["n3"]);
      await heard("n3", "processing");
      await eventually(async () => { // until no change of the job comes between reading and saving
        const { version, content } = await readProject(owner, projectId);
        const nodes = content.nodes.filter(({ id }) => id !== "n3");
        const saved = await owner.client.from("projects").update({
          content: { nodes } as NonNullable<Json>,
          version,
        }).eq(
          "id",
          projectId,
        );
        return saved.error ? undefined : saved;
      });
      const outcome = await eventually(async () => {
        const { data } = await owner.client.from("job_effects").select("outcome").eq("job_id", jobId);
        return data?.[0]?.outcome;
      }, { what: "the effect", timeoutMs: 20_000 });
      assert.equal(outcome, "node_missing");
      const answer = await callFunction(environment, `jobs/${jobId}`, {
        method: "GET",
        token: owner.accessToken,
      });
      assert.equal(jobResponse.parse(answer.body).job.status, "completed");
      assert.deepEqual((await readProject(owner, projectId)).content.nodes.map(({ id }) => id), ["n1", "n2"]);
      assert.deepEqual((await stranger.client.from("job_effects").select("outcome")).data, []);
    });

    await t.step("a stranger and somebody who is not signed in can neither listen nor read", async () => {
      for (const client of [stranger.client, environment.anonymous()]) {
        await assert.rejects(listen(client, projectTopic(projectId), "*", () => {}), /Unauthorized/);
        assert.deepEqual((await client.from("projects").select("id")).data ?? [], []);
      }
    });
  } finally {
    await environment.close();
  }
});
