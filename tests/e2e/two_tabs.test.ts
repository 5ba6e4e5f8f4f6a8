/** Two tabs of one user: what is created in the first is followed in the second, which has nothing but what it is told. */
import { eventually } from "@esteira/local-supabase/testing";
import { createClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import type { Database } from "../../shared/database.types.ts";
import { type JobEvent, jobEvent, type ProjectEvent, projectEvent } from "../../shared/rows/events.ts";
import { jobResponse, realtimeConfig } from "../../shared/requests/requests.ts";
import { projectTopic } from "../../shared/words/topics.ts";
import { callFunction, codeOf } from "../world/api.ts";
import { type Client, startEnvironment } from "../world/environment.ts";
import { listen } from "../world/listen.ts";

/** Everything that one tab has heard. */
interface Tab {
  jobs: JobEvent[];
  projects: ProjectEvent[];
}

/** Opens a tab: it listens to the user's jobs and to a project. */
async function openTab(client: Client, topic: string, projectId: string): Promise<Tab> {
  const tab: Tab = { jobs: [], projects: [] };
  await listen(client, topic, "*", (payload) => tab.jobs.push(jobEvent.parse(payload)));
  await listen(
    client,
    projectTopic(projectId),
    "*",
    (payload) => tab.projects.push(projectEvent.parse(payload)),
  );
  return tab;
}

Deno.test("what a user creates in one tab is followed in another", async (t) => {
  const environment = await startEnvironment();
  const user = await environment.signUp();
  const configOf = (token?: string) =>
    callFunction(environment, "jobs/realtime-config", { method: "GET", ...token ? { token } : {} });
  let second: Client | undefined;
  try {
    // @acceptance 000:66
    await t.step("a signed-in user is told how to listen, and nobody else is", async () => {
      const { url, key, topic } = realtimeConfig.parse((await configOf(user.accessToken)).body);
      assert.equal(url, environment.deployment.apiUrl);
      assert.equal(key, environment.deployment.publishableKey);
      assert.equal(topic, `jobs:${user.userId}`);
      const refused = await configOf();
      assert.deepEqual([refused.status, codeOf(refused)], [401, "unauthenticated"]);
    });

    // @acceptance 002:8, 002:487, 002:497, 002:500-503
    await t.step("its job is in the queue of both, and its image in the node of both", async () => {
      await environment.sql`update public.tools set effect = 'project_node' where tool = 'image'`;
      const content = { nodes: [{ id: "n1", type: "image", data: {} }] };
      const { data: project } = await user.client.from("projects").insert({ content }).select("id").single();
      const projectId = project?.id ?? assert.fail("the project was not made");
      const { url, key, topic } = realtimeConfig.parse((await configOf(user.accessToken)).body);
      second = createClient<Database>(url, key, { accessToken: () => Promise.resolve(user.accessToken) });
      await second.realtime.setAuth(); // a channel that is joined before has the rights of the key alone
      const tabs = await Promise.all(
        [user.client, second].map((client) => openTab(client, topic, projectId)),
      );

      const answer = await callFunction(environment, "jobs", {
        token: user.accessToken,
        body: { tool: "image", input: { prompt: "a lighthouse" }, metadata: { projectId, nodeId: "n1" } },
      });
      const { id } = jobResponse.parse(answer.body).job;
      for (const [n, { jobs, projects }] of tabs.entries()) {
        const what = `tab ${n + 1} to show`;
        await eventually(() => jobs.find(({ type, new: job }) => type === "INSERT" && job.id === id), {
          what: `${what} the job`,
        });
        await eventually(() => jobs.find(({ new: job }) => job.id === id && job.status === "completed"), {
          what: `${what} its end`,
        });
        const shown = await eventually(
          () => projects.find((event) => event.new?.content.nodes[0]?.data.generated),
          { what: `${what} the image` },
        );
        const [node] = shown.new?.content.nodes ?? [];
        assert.deepEqual([node?.id, node?.data.jobId, node?.data.loading], ["n1", id, false]);
        assert.match(node?.data.generated?.url ?? "", new RegExp(`/outputs/${user.userId}/${id}/`));
      }
    });
  } finally {
    await second?.removeAllChannels();
    await environment.close();
  }
});
