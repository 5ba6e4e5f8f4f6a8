/** The function `events`, over HTTP: what a stream tells, to whom, and what is told over a pause. */
import assert from "node:assert/strict";

import { jobEvent } from "../../shared/rows/events.ts";
import { jobsTopic } from "../../shared/words/topics.ts";

import { startEnvironment, type User } from "../world/environment.ts";
import { StreamReader } from "./stream_reader.ts";

Deno.test("what happens is heard on a stream, once, by those whom it concerns", async (t) => {
  const environment = await startEnvironment({
    functionsEnv: { ESTEIRA_STREAM_MS: "3000", ESTEIRA_HEARTBEAT_MS: "200" },
    onLog: (line) => console.log(line),
  });
  const { sql, deployment } = environment;
  const url = `${deployment.apiUrl}/functions/v1/events/stream`;
  const owner = await environment.signUp(100);
  const headersOf = ({ accessToken }: User) => ({
    authorization: `Bearer ${accessToken}`,
    apikey: deployment.publishableKey,
  });
  const open = (query = "", lastId?: string) => StreamReader.open(url + query, headersOf(owner), lastId);
  try {
    await sql`select private.create_lane('training', 'training', 'pull')`;
    await sql`select ops.add_account('training', 'test', null, 1)`;
    await sql`insert into public.tools (tool, lane, titles, effect) values ('training', 'training', '{"en": "Training"}', 'model')`;
    const create = async () => {
      const [job] =
        await sql`select * from public.create_job(${owner.userId}, 'training', '{"name": "Ana"}')`;
      return String(job?.id);
    };

    await t.step("first that it is connected, then that it is alive, then its end", async () => {
      await using stream = await open();
      assert.equal(stream.response.headers.get("content-type"), "text/event-stream");
      assert.equal(await stream.end, "ended");
      const [first, second] = stream.heard;
      assert.ok(
        first?.data.type === "connected" && second?.data.type === "heartbeat",
        JSON.stringify(stream.heard),
      );
      assert.deepEqual([first.name, first.data.message], [undefined, "SSE connected"]);
      assert.deepEqual(first.data.topics, [jobsTopic(owner.userId)]);
      assert.ok(stream.retry);
      assert.ok(stream.lastId);
    });

    await t.step("a job, within a second", async () => {
      await using stream = await open();
      await stream.first("connected");
      const id = await create();
      const committed = performance.now();
      const heard = await stream.first("job_changed");
      assert.ok(performance.now() - committed < 1000);
      assert.equal(jobEvent.parse(heard.payload).new.id, id);
      const model = await stream.first("model_status_changed");
      assert.equal(model.status, "TRAINING");
      assert.equal(model.data?.id, model.modelId);
    });
  } finally {
    await environment.close();
  }
});
