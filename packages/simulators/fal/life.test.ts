import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { outputBytes } from "../kit/output.ts";
import { until } from "../kit/receiver_fixture.ts";
import { withFal } from "./fal_client_fixture.ts";

Deno.test("a request is queued, asked after at the addresses it was given, and its image fetched", () =>
  withFal({}, async (fal) => {
    const queued = await fal.submitted();
    const base = `${fal.simulator.url}/fal-ai/nano-banana/requests/${queued.request_id}`;
    assert.deepEqual({ ...queued, request_id: "" }, {
      status: "IN_QUEUE",
      request_id: "",
      gateway_request_id: queued.request_id,
      response_url: base,
      status_url: `${base}/status`,
      cancel_url: `${base}/cancel`,
      queue_position: 0,
    });
    await fal.ended(queued);
    assert.equal((await fal.json(queued.status_url)).status, "COMPLETED");
    const { images } = await fal.json(queued.response_url) as {
      images: { url: string; content_type: string }[];
    };
    assert.equal(images[0]?.content_type, "image/png");
    const file = await (await fetch(images[0]?.url ?? "")).bytes();
    assert.ok(Buffer.from(file).equals(outputBytes(queued.request_id, "image/png")));
  }));

Deno.test("a request goes from IN_QUEUE over IN_PROGRESS to COMPLETED, with 202 before and 200 at the end", () =>
  withFal({ taskMs: 60 }, async (fal) => {
    const { status_url } = await fal.submitted();
    const seen: [number, string][] = [];
    await until(async () => {
      const response = await fal.fetch(status_url);
      seen.push([response.status, (await response.json()).status]);
      return seen.at(-1)?.[1] === "COMPLETED";
    });
    const order = ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"];
    const places = seen.map(([, status]) => order.indexOf(status));
    assert.deepEqual(places, places.toSorted());
    assert.ok(seen.every(([code, status]) => code === (status === "COMPLETED" ? 200 : 202)));
  }));

Deno.test("the addresses of a model with a path have the app alone; elsewhere the request is not found", () =>
  withFal({}, async (fal) => {
    const { request_id, status_url } = await fal.submitted(
      { image_urls: [fal.simulator.jwksUrl] },
      "fal-ai/nano-banana/edit",
    );
    assert.ok(status_url.endsWith(`/fal-ai/nano-banana/requests/${request_id}/status`));
    for (
      const path of [
        `/fal-ai/other/requests/${request_id}`,
        `/fal-ai/nano-banana/edit/requests/${request_id}`,
      ]
    ) {
      const response = await fal.fetch(path);
      await response.body?.cancel();
      assert.equal(response.status, 404);
    }
  }));

Deno.test("the webhook of a success has the result, a seed longer than a number, and comes once", () =>
  withFal({}, async (fal) => {
    const queued = await fal.submitted();
    const { path, body } = await fal.receiver.got(1);
    assert.equal(path, "/job/token");
    assert.match(body, /"seed":196619188014358660\}/);
    const { payload, ...rest } = JSON.parse(body);
    assert.deepEqual(rest, {
      request_id: queued.request_id,
      gateway_request_id: queued.request_id,
      status: "OK",
    });
    assert.deepEqual(payload, await fal.json(queued.response_url));
  }));

Deno.test("a webhook address within the input is ignored", () =>
  withFal({}, async (fal) => {
    const body = JSON.stringify({ prompt: "a hat", webhook_url: fal.receiver.url() });
    const queued = await (await fal.fetch("/fal-ai/nano-banana", { method: "POST", body })).json();
    assert.equal((await fal.ended(queued)).webhookUrl, null);
  }));

Deno.test("a failed request is COMPLETED too; its result is the error, the webhook repeats it", () =>
  withFal({}, async (fal) => {
    const queued = await fal.submittedUnder({
      kind: "fail",
      type: "content_policy_violation",
      status: 422,
      msg: "No hats.",
    });
    await fal.ended(queued);
    assert.equal((await fal.json(queued.status_url)).status, "COMPLETED");
    const result = await fal.fetch(queued.response_url);
    assert.deepEqual([result.status, result.headers.get("x-fal-retryable")], [422, "false"]);
    const { detail: [{ type, msg }] } = await result.json();
    assert.deepEqual([type, msg], ["content_policy_violation", "No hats."]);
    const { status, error, payload } = JSON.parse((await fal.receiver.got(1)).body);
    assert.deepEqual([status, error, payload.detail[0].type], ["ERROR", "Invalid status code: 422", type]);
  }));

Deno.test("an input that the model refuses is found out when it runs", () =>
  withFal({}, async (fal) => {
    const queued = await fal.submitted({ prompt: undefined, output_format: "gif" });
    await fal.ended(queued);
    const { detail } = await fal.json(queued.response_url) as { detail: { loc: string[]; type: string }[] };
    assert.deepEqual(detail.map(({ loc, type }) => [loc.join("."), type]), [
      ["body.prompt", "missing"],
      ["body.output_format", "value_error"],
    ]);
  }));

Deno.test("input images are fetched; one that cannot be had fails the request", () =>
  withFal({}, async (fal) => {
    const first = await fal.submitted();
    const { outputs: [picture] } = await fal.ended(first);
    const good = await fal.ended(
      await fal.submitted({ image_urls: [picture?.url] }, "fal-ai/nano-banana/edit"),
    );
    assert.deepEqual((good.inputs as { sha256: string }[]).map(({ sha256 }) => sha256), [picture?.sha256]);
    const bad = await fal.submitted(
      { image_urls: [`${fal.simulator.url}/nothing`] },
      "fal-ai/nano-banana/edit",
    );
    await fal.ended(bad);
    const { detail: [error] } = await fal.json(bad.response_url) as { detail: { type: string }[] };
    assert.equal(error?.type, "file_download_error");
  }));

Deno.test("the result's format is the one asked for, a film is one file", () =>
  withFal({}, async (fal) => {
    const jpeg = await fal.ended(await fal.submitted({ output_format: "jpeg" }));
    assert.equal(jpeg.outputs[0]?.type, "image/jpeg");
    const film = await fal.submitted({}, "fal-ai/veo3");
    await fal.ended(film);
    const { video } = await fal.json(film.response_url) as { video: { content_type: string } };
    assert.equal(video.content_type, "video/mp4");
  }));

Deno.test("a request is cancelled while it waits; later that is asked for, too late or in vain", () =>
  withFal({ runningAtMost: 1, taskMs: 400 }, async (fal) => {
    const cancel = async (url: string) => {
      const response = await fal.fetch(url, { method: "PUT" });
      return [response.status, (await response.json()).status];
    };
    const [running, waiting] = [await fal.submitted(), await fal.submitted()];
    await until(() => fal.view(running.request_id).status === "running");
    assert.deepEqual(await cancel(waiting.cancel_url), [200, "OK"]);
    assert.equal(fal.view(waiting.request_id).status, "cancelled");
    assert.deepEqual(await cancel(waiting.cancel_url), [400, "ALREADY_COMPLETED"]);
    assert.deepEqual(await cancel(running.cancel_url), [202, "CANCELLATION_REQUESTED"]);
    assert.equal((await fal.ended(running)).status, "succeeded");
    assert.deepEqual(await cancel(`/fal-ai/nano-banana/requests/${crypto.randomUUID()}/cancel`), [
      404,
      "NOT_FOUND",
    ]);
  }));
