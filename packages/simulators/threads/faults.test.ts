import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { errorOf } from "../graph/graph_client_fixture.ts";
import { withThreads } from "./threads_client_fixture.ts";

Deno.test("processing fails, and the container says with which word", () =>
  withThreads({}, async (threads) => {
    threads.under({ kind: "processing_fails", word: "INVALID_DURATION" });
    const id = await threads.container({ media_type: "VIDEO", video_url: threads.file("/v.mp4") });
    assert.equal(await threads.ready(id), "ERROR");
    assert.equal((await threads.status(id)).error_message, "INVALID_DURATION");
    assert.equal((await threads.publish(id)).status, 400);
  }));

Deno.test("processing fails without a word why, also after FINISHED was said", () =>
  withThreads({}, async (threads) => {
    threads.simulator.misbehave({ contains: "liar", fault: { kind: "processing_fails", said: "FINISHED" } });
    const id = await threads.text("liar");
    assert.equal((await threads.publish(id)).status, 400);
    assert.deepEqual(await threads.status(id), { id, status: "ERROR", error_message: "UNKNOWN" });
    assert.equal(threads.simulator.posts().length, 0);
  }));

Deno.test("a container is not found although it is finished: to be published, and to be an item", () =>
  withThreads({ processMs: 1 }, async (threads) => {
    threads.simulator.misbehave({ times: 1, contains: "lost", fault: { kind: "container_not_found" } });
    const id = await threads.text("lost");
    assert.deepEqual(errorOf(await threads.publish(id)), [400, 24, 4279009]);
    assert.equal((await threads.status(id)).status, "FINISHED");
    assert.equal((await threads.publish(await threads.text("lost"))).status, 200, "the next one is found");
    threads.simulator.misbehave({ times: 1, fault: { kind: "container_not_found" } });
    const item = { is_carousel_item: "true", media_type: "IMAGE", image_url: threads.file("/a.jpg") };
    const children = [await threads.container(item), await threads.container(item)];
    for (const child of children) assert.equal(await threads.ready(child), "FINISHED");
    const refused = await threads.ask({ media_type: "CAROUSEL", children: children.join() });
    assert.deepEqual(errorOf(refused), [400, 24, 4279009]);
  }));

Deno.test("all items are well and the carousel fails", () =>
  withThreads({ processMs: 1 }, async (threads) => {
    const item = { is_carousel_item: "true", media_type: "IMAGE", image_url: threads.file("/a.jpg") };
    const children = [await threads.container(item), await threads.container(item)];
    for (const child of children) await threads.ready(child);
    threads.simulator.misbehave({ contains: "whole", fault: { kind: "carousel_fails" } });
    const whole = { media_type: "CAROUSEL", children: children.join() };
    assert.equal(await threads.ready(await threads.container({ ...whole, text: "whole" })), "ERROR");
    assert.equal(await threads.ready(await threads.container({ ...whole, text: "good" })), "FINISHED");
  }));

Deno.test("media are fetched late, and processed slowly, and their container expires, and says odd words", () =>
  withThreads({ processMs: 1 }, async (threads) => {
    threads.simulator.misbehave({ times: 1, fault: { kind: "slow_download", ms: 1000 } });
    const late = await threads.container({ media_type: "IMAGE", image_url: threads.file("/a.jpg") });
    assert.equal((await threads.status(late)).status, "IN_PROGRESS");
    threads.files.clear();
    assert.equal(await threads.ready(late), "ERROR");
    threads.simulator.misbehave({ times: 1, fault: { kind: "slow_processing", ms: 60_000 } });
    threads.under({ kind: "unknown_status", word: "SIMMERING", times: 1 });
    const slow = await threads.container({ media_type: "TEXT", text: "slow" });
    assert.equal((await threads.status(slow)).status, "SIMMERING");
    assert.equal((await threads.status(slow)).status, "IN_PROGRESS");
    threads.simulator.advance(60_000);
    assert.equal((await threads.status(slow)).status, "FINISHED");
    threads.simulator.misbehave({ times: 1, fault: { kind: "container_expires", ms: 60_000 } });
    const soon = await threads.text("soon gone");
    threads.simulator.advance(60_000);
    assert.deepEqual(errorOf(await threads.publish(soon)), [400, 24, 4279009]);
  }));

Deno.test("the access ends between the container and the publish; a password that was changed ends them all", () =>
  withThreads({}, async (threads) => {
    threads.under({ kind: "access_ends", path: "container", times: 1 });
    const id = await threads.container({ media_type: "TEXT", text: "a" });
    assert.deepEqual(errorOf(await threads.publish(id)), [401, 190, 463]);
    threads.token = threads.simulator.grant("ana").access_token;
    await threads.ready(id);
    threads.simulator.misbehave({ times: 1, fault: { kind: "password_changed", path: "commit" } });
    assert.deepEqual(errorOf(await threads.publish(id)), [401, 190, 460]);
    assert.deepEqual(errorOf(await threads.get("/me")), [401, 190, 460]);
  }));

Deno.test("too many calls, with headers that tell for how long, and without", () =>
  withThreads({}, async (threads) => {
    threads.under({ kind: "rate_limited", path: "status", times: 1, headers: true, seconds: 120 });
    threads.under({ kind: "rate_limited", path: "status", times: 1, headers: false });
    const id = await threads.container({ media_type: "TEXT", text: "a" });
    const told = await threads.get(`/${id}`, { fields: "status" });
    assert.deepEqual(errorOf(told), [400, 17, undefined]);
    assert.match(told.headers.get("x-business-use-case-usage") ?? "", /"estimated_time_to_regain_access":2/);
    const untold = await threads.get(`/${id}`, { fields: "status" });
    assert.deepEqual([untold.status, untold.headers.get("x-app-usage")], [400, null]);
  }));

Deno.test("a new post cannot be read for a while, and its permalink fails for a while longer", () =>
  withThreads({}, async (threads) => {
    threads.under({ kind: "read_lag", ms: 60_000 }, { kind: "permalink_fails", times: 1 });
    const { id } = (await threads.publish(await threads.text("where is it"))).body;
    const read = () => threads.get(`/${id}`, { fields: "permalink" });
    assert.deepEqual(errorOf(await read()), [400, 100, 33]);
    threads.simulator.advance(60_000);
    assert.deepEqual(errorOf(await read()), [400, 100, 33]);
    assert.equal((await read()).status, 200);
  }));

Deno.test("while Threads is away nothing is published, and any error can be had at any endpoint", () =>
  withThreads({}, async (threads) => {
    const id = await threads.text("away");
    await threads.simulator.outage({ how: "error", status: 503, of: "everything", ms: 500 });
    assert.equal((await threads.publish(id)).status, 503);
    const error = { code: 24, subcode: 4279013, message: "Restricted" } as const;
    threads.under({ kind: "refuse", path: "commit", times: 1, ...error });
    await until(async () => (await threads.publish(id)).status !== 503);
    assert.equal((await threads.publish(id)).status, 200);
  }));
