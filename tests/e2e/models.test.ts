import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { MODEL_STATUS_EVENT, type ModelEvent, modelEvent } from "../../shared/rows/events.ts";
import { modelsResponse, modelStatus } from "../../shared/rows/model.ts";
import { jobsTopic } from "../../shared/words/topics.ts";
import { callFunction, codeOf } from "../world/api.ts";
import { startEnvironment } from "../world/environment.ts";
import { listen } from "../world/listen.ts";

Deno.test("a training is followed from the first moment to the model", async (t) => {
  const environment = await startEnvironment();
  const owner = await environment.signUp(20);
  const stranger = await environment.signUp();
  const { sql } = environment;
  const events: ModelEvent[] = [];
  const call = (path: string, token?: string) =>
    callFunction(environment, `models${path}`, { method: "GET", ...token ? { token } : {} });
  try {
    // A lane that only this test works on.
    await sql`select private.create_lane('training', 'training', 'pull')`;
    await sql`select ops.add_account('training', 'test', null, 1)`;
    await sql`insert into public.tools (tool, lane, titles, effect) values ('training', 'training', '{"en": "Training"}', 'model')`;
    await listen(
      owner.client,
      jobsTopic(owner.userId),
      MODEL_STATUS_EVENT,
      (payload) => events.push(modelEvent.parse(payload)),
    );

    const [job] = await sql`select * from public.create_job(${owner.userId}, 'training', '{"name": "Ana"}')`;
    const [attempt] = await sql`select token from public.job_attempts where job_id = ${job?.id}`;
    await sql`select worker.submitted(${job?.id}, ${attempt?.token}, '788416', '{}')`;
    await sql`select worker.progress(${job?.id}, ${attempt?.token}, 40::smallint)`;
    const { models: [model] } = modelsResponse.parse((await call("", owner.accessToken)).body);
    assert.ok(model);
    const status = async () => modelStatus.parse((await call(`/${model.id}/status`, owner.accessToken)).body);

    await t.step("while it trains, status and list say how far it is", async () => {
      assert.deepEqual([model.name, model.status, model.trainingJobId], ["Ana", "TRAINING", job?.id]);
      assert.deepEqual(await status(), {
        id: model.id,
        status: "TRAINING",
        progress: 40,
        errorMessage: null,
        modelUrl: null,
        trainedAt: null,
      });
    });

    // @acceptance 001:69, 001:205-233, 001:236-272
    await t.step("when it is ready, the screen is told and the status says the same", async () => {
      await sql`select worker.complete(${job?.id}, ${attempt?.token}, '{"files": []}', null)`;
      const ready = await eventually(() => events.find((event) => event.status === "READY"));
      const now = await status();
      assert.deepEqual([now.status, now.progress, now.modelUrl], ["READY", 100, "788416"]);
      assert.deepEqual({ ...now, trainedAt: ready.new?.trainedAt }, modelStatus.parse(ready.new));
      assert.deepEqual(events.map(({ new: shown, progress }) => [shown?.version, progress]), [
        [1, 0],
        [2, 40],
        [3, 100],
      ]);
    });

    // @acceptance 001:245-248, 001:266-268
    await t.step("for anybody else there is no such model", async () => {
      for (const id of [model.id, crypto.randomUUID(), "nonsense"]) {
        const answer = await call(`/${id}/status`, stranger.accessToken);
        assert.deepEqual([answer.status, codeOf(answer)], [404, "not_found"]);
      }
      assert.deepEqual((await call("", stranger.accessToken)).body, { models: [] });
      for (const path of ["", `/${model.id}/status`]) {
        const answer = await call(path);
        assert.deepEqual([answer.status, codeOf(answer)], [401, "unauthenticated"]);
      }
    });
  } finally {
    await environment.close();
  }
});
