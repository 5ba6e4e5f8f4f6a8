/** fal's own client (npm: @fal-ai/client), as it is: what it expects of fal, the simulator does. */
import assert from "node:assert/strict";
import { createFalClient, ValidationError } from "@fal-ai/client";
import { type TestFal, withFal } from "./fal_client_fixture.ts";

// With a path, and in a namespace: of neither may a request's address lose or keep too much.
const MODELS = [
  "fal-ai/nano-banana",
  "acme/hats/v2/red",
  "workflows/acme/hats",
  "workflows/acme/hats/v2",
  "comfy/acme/hats",
];
const input = { prompt: "a red hat" };

/** The client; its requests to fal's queue go to the simulator. */
function clientOf({ simulator }: TestFal, credentials = simulator.apiKey) {
  return createFalClient({
    credentials,
    fetch: (address, init) => fetch(String(address).replace("https://queue.fal.run", simulator.url), init),
  });
}

for (const model of MODELS) {
  for (const mode of ["polling", "streaming"] as const) {
    Deno.test(`${model}: subscribed by ${mode}, a request is followed to its result`, () =>
      withFal({ taskMs: 80 }, async (fal) => {
        const seen: string[] = [];
        const { data, requestId } = await clientOf(fal).subscribe(
          model,
          {
            input,
            mode,
            ...mode === "polling" ? { pollInterval: 10 } : {},
            onQueueUpdate: ({ status }) => seen.push(status),
          } as Parameters<ReturnType<typeof clientOf>["subscribe"]>[1],
        );
        const [task] = fal.simulator.tasks();
        assert.ok(task);
        assert.deepEqual([requestId, task.model], [task.id, model]);
        assert.equal(data.images[0].url, task.outputs[0]?.url);
        const order = ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"];
        assert.deepEqual(
          [...new Set(seen)],
          mode === "streaming" ? order : order.filter((one) => seen.includes(one)),
        );
        assert.equal(seen.at(-1), "COMPLETED");
      }));
  }

  Deno.test(`${model}: a request is submitted with a webhook, asked after and cancelled while it waits`, () =>
    withFal({ taskMs: 60_000 }, async (fal) => {
      const { queue } = clientOf(fal);
      const queued = await queue.submit(model, { input, webhookUrl: fal.receiver.url("/job") });
      const requestId = queued.request_id;
      assert.equal((await queue.status(model, { requestId, logs: true })).status, "IN_QUEUE");
      for (const address of [queued.status_url, queued.response_url, queued.cancel_url]) {
        const response = await fal.fetch(address, { method: address === queued.cancel_url ? "PUT" : "GET" });
        assert.equal(response.headers.get("x-fal-request-id"), requestId, address);
        await response.body?.cancel();
      }
      assert.equal(fal.view(requestId).outcome, "cancelled");
      // It was cancelled above: the client says so with the status that fal has for that.
      await assert.rejects(queue.cancel(model, { requestId }), { status: 400 });
    }));
}

Deno.test("the webhook that the client asks for comes", () =>
  withFal({}, async (fal) => {
    const { request_id } = await clientOf(fal).queue.submit("fal-ai/nano-banana", {
      input,
      webhookUrl: fal.receiver.url("/job/token?a=1&b=2"),
    });
    const { path, body } = await fal.receiver.got(1);
    assert.deepEqual([path, JSON.parse(body).request_id], ["/job/token?a=1&b=2", request_id]);
  }));

Deno.test("what a model complains of is a ValidationError with its fields, and the request's id", () =>
  withFal({}, async (fal) => {
    const { queue } = clientOf(fal);
    const { request_id: requestId } = await queue.submit("acme/image-to-hat", { input });
    await fal.ended({ request_id: requestId } as Parameters<TestFal["ended"]>[0]);
    assert.equal((await queue.status("acme/image-to-hat", { requestId })).status, "COMPLETED");
    await assert.rejects(queue.result("acme/image-to-hat", { requestId }), (error) => {
      assert.ok(error instanceof ValidationError);
      assert.deepEqual([error.status, error.requestId], [422, requestId]);
      assert.deepEqual(error.getFieldErrors("image_urls").map(({ type }) => type), ["missing"]);
      return true;
    });
  }));

Deno.test("a key that is not known, and a request that is another's, are refused", () =>
  withFal({ moreApiKeys: ["other"] }, async (fal) => {
    const { request_id: requestId } = await clientOf(fal).queue.submit("acme/hats", { input });
    await assert.rejects(clientOf(fal, "guessed").queue.status("acme/hats", { requestId }), { status: 401 });
    await assert.rejects(clientOf(fal, "other").queue.status("acme/hats", { requestId }), { status: 404 });
    await assert.rejects(
      clientOf(fal, "other").queue.streamStatus("acme/hats", { requestId }).then((stream) => stream.done()),
      {
        status: 404,
      },
    );
  }));

Deno.test("a stream of a request that goes on ends with the simulator", () =>
  withFal({ taskMs: 60_000 }, async (fal) => {
    const { request_id, status_url } = await fal.submitted();
    const response = await fal.fetch(`${status_url}/stream`);
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())
      .getReader();
    const { value = "" } = await reader.read();
    assert.match(value, /^data: \{"status":"IN_QUEUE".*\}\n\n$/);
    assert.ok(value.includes(request_id));
    await fal.simulator.close();
    while (!(await reader.read()).done);
  }));
