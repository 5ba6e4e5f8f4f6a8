import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { outputBytes } from "../kit/output.ts";
import { until } from "../kit/receiver_fixture.ts";
import { type Prediction, withReplicate } from "./replicate_client_fixture.ts";

Deno.test("a prediction is created, polled to its end and its image fetched", () =>
  withReplicate({}, async (replicate) => {
    const created = await replicate.created(replicate.body({ output_format: "png" }));
    assert.match(created.id, /^[0-9a-z]{26}$/);
    assert.deepEqual([created.status, created.output, created.model], [
      "starting",
      null,
      "google/nano-banana",
    ]);
    await replicate.ended(created);
    const done = await replicate.get(created);
    assert.deepEqual([done.status, done.error, done.data_removed], ["succeeded", null, false]);
    const file = await (await fetch(String(done.output))).bytes();
    assert.ok(Buffer.from(file).equals(outputBytes(created.id, "image/png")));
  }));

Deno.test("a prediction goes from starting over processing to succeeded, without output before", () =>
  withReplicate({ taskMs: 60 }, async (replicate) => {
    const created = await replicate.created();
    const seen: Prediction[] = [];
    await until(async () =>
      seen.push(await replicate.get(created)) > 0 && seen.at(-1)?.status === "succeeded"
    );
    const places = seen.map(({ status }) => ["starting", "processing", "succeeded"].indexOf(status));
    assert.deepEqual(places, places.toSorted());
    assert.ok(seen.every(({ status, output }) => (status === "succeeded") === (output !== null)));
  }));

Deno.test("the webhook is the prediction, without an envelope", () =>
  withReplicate({}, async (replicate) => {
    const created = await replicate.created();
    const { path, body } = await replicate.receiver.got(1);
    assert.equal(path, "/job/token");
    assert.deepEqual(JSON.parse(body), await replicate.get(created));
  }));

Deno.test("the filter says which events are told; without one all are", () =>
  withReplicate({}, async (replicate) => {
    const statuses = () => replicate.receiver.received.map(({ body }) => JSON.parse(body).status);
    await replicate.created(replicate.body({}, { webhook_events_filter: undefined }));
    await replicate.receiver.got(2);
    assert.deepEqual(statuses().toSorted(), ["processing", "succeeded"]);
    await replicate.ended(await replicate.created(replicate.body({}, { webhook_events_filter: ["start"] })));
    await replicate.receiver.got(3);
    await replicate.ended(await replicate.created());
    await replicate.receiver.got(4);
    assert.deepEqual(statuses().slice(2), ["processing", "succeeded"]);
  }));

Deno.test("a model that is no official one is called by its version, and puts a list out", () =>
  withReplicate({}, async (replicate) => {
    const created = await replicate.created(replicate.body({}, { version: "5c7d5dc6" }), "/predictions");
    assert.equal(created.version, "5c7d5dc6");
    await replicate.ended(created);
    assert.ok(Array.isArray((await replicate.get(created)).output));
  }));

Deno.test("input images are fetched; one that cannot be had fails the prediction", () =>
  withReplicate({}, async (replicate) => {
    const { outputs: [picture] } = await replicate.ended(await replicate.created());
    const good = await replicate.ended(
      await replicate.created(replicate.body({ image_input: [picture?.url] })),
    );
    assert.deepEqual((good.inputs as { sha256: string }[]).map(({ sha256 }) => sha256), [picture?.sha256]);
    const bad = await replicate.created(
      replicate.body({ image_input: [`${replicate.simulator.url}/nothing`] }),
    );
    await replicate.ended(bad);
    const { status, error } = await replicate.get(bad);
    assert.equal(status, "failed");
    assert.match(error ?? "", /Failed to fetch/);
  }));

Deno.test("a prediction that is cancelled is `canceled`, whether it runs or not yet", () =>
  withReplicate({ runningAtMost: 1, taskMs: 400 }, async (replicate) => {
    const [running, waiting] = [await replicate.created(), await replicate.created()];
    await until(() => replicate.view(running.id).status === "running");
    const cancel = async ({ id }: Prediction) =>
      (await (await replicate.fetch(`/predictions/${id}/cancel`, { method: "POST" })).json()).status;
    assert.deepEqual([await cancel(waiting), await cancel(running)], ["canceled", "canceled"]);
    await replicate.receiver.got(2);
    const told = replicate.receiver.received.map(({ body }) => JSON.parse(body).status);
    assert.deepEqual(told.toSorted(), ["canceled", "canceled"]);
    assert.equal(await cancel(running), "canceled");
  }));

for (const listShowsWebhooks of [true, false]) {
  Deno.test(`the list has the latest first, page by page, ${listShowsWebhooks ? "with" : "without"} webhooks`, () =>
    withReplicate({ pageSize: 2, listShowsWebhooks }, async (replicate) => {
      const ids = [];
      for (let n = 0; n < 5; n++) ids.push((await replicate.created()).id);
      const seen: Prediction[] = [];
      for (let path: string | null = "/predictions"; path !== null;) {
        const { next, results }: { next: string | null; results: Prediction[] } =
          await (await replicate.fetch(path)).json();
        assert.ok(results.length <= 2);
        seen.push(...results);
        path = next && next.slice(`${replicate.simulator.url}/v1`.length);
      }
      assert.deepEqual(seen.map(({ id }) => id), ids.toReversed());
      assert.ok(seen.every((prediction) => Object.hasOwn(prediction, "webhook") === listShowsWebhooks));
      assert.deepEqual(await (await replicate.fetch(`/predictions?cursor=${ids[0]}`)).json(), {
        next: null,
        previous: null,
        results: [],
      });
    }));
}
