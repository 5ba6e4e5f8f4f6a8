import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { errorOf } from "../graph/graph_client_fixture.ts";
import { withInstagram } from "./instagram_client_fixture.ts";

Deno.test("processing fails, and the container says with which code", () =>
  withInstagram({}, async (instagram) => {
    instagram.under({ kind: "processing_fails", subcode: 2207082 });
    const id = await instagram.container({ image_url: instagram.file("/a.jpg"), caption: "a" });
    assert.equal(await instagram.ready(id), "ERROR");
    assert.match((await instagram.status(id)).status, /2207082/);
    assert.deepEqual(errorOf(await instagram.publish(id)), [400, -1, 2207082]);
  }));

Deno.test("processing fails after FINISHED was said: the publish fails, and the container says ERROR then", () =>
  withInstagram({}, async (instagram) => {
    instagram.simulator.misbehave({
      contains: "liar",
      fault: { kind: "processing_fails", said: "FINISHED" },
    });
    const id = await instagram.image("liar");
    assert.deepEqual(errorOf(await instagram.publish(id)), [400, -1, 2207053]);
    assert.equal((await instagram.status(id)).status_code, "ERROR");
    assert.equal(instagram.simulator.posts().length, 0);
  }));

Deno.test("one item of a carousel fails, or all are well and the carousel fails", () =>
  withInstagram({ processMs: 1 }, async (instagram) => {
    instagram.simulator.misbehave({ contains: "/b.jpg", times: 1, fault: { kind: "processing_fails" } });
    const item = async (path: string) => {
      const id = await instagram.container({ is_carousel_item: "true", image_url: instagram.file(path) });
      return [id, await instagram.ready(id)] as const;
    };
    const [a, isWell] = await item("/a.jpg");
    const [bad, isNot] = await item("/b.jpg");
    assert.deepEqual([isWell, isNot], ["FINISHED", "ERROR"]);
    const partial = await instagram.container({ media_type: "CAROUSEL", children: `${a},${bad}` });
    assert.equal(await instagram.ready(partial), "ERROR");
    const [b] = await item("/b.jpg");
    instagram.simulator.misbehave({ contains: "whole", fault: { kind: "carousel_fails" } });
    const whole = await instagram.container({
      media_type: "CAROUSEL",
      children: `${a},${b}`,
      caption: "whole",
    });
    assert.equal(await instagram.ready(whole), "ERROR");
    const good = await instagram.container({
      media_type: "CAROUSEL",
      children: `${a},${b}`,
      caption: "good",
    });
    assert.equal(await instagram.ready(good), "FINISHED");
  }));

Deno.test("a carousel of items that are still in progress is refused", () =>
  withInstagram({ processMs: 60_000 }, async (instagram) => {
    const item = { is_carousel_item: "true", image_url: instagram.file("/a.jpg") };
    const children = [await instagram.container(item), await instagram.container(item)].join();
    const refused = await instagram.post(`/${instagram.account}/media`, { media_type: "CAROUSEL", children });
    assert.deepEqual(errorOf(refused), [400, 9007, 2207027]);
  }));

Deno.test("a container expires before it is published", () =>
  withInstagram({}, async (instagram) => {
    instagram.under({ kind: "container_expires", ms: 60_000 });
    const id = await instagram.image("soon gone");
    instagram.simulator.advance(60_000);
    assert.deepEqual(errorOf(await instagram.publish(id)), [400, 24, 2207020]);
  }));

Deno.test("media are fetched late, when the address may be good no more", () =>
  withInstagram({ processMs: 1 }, async (instagram) => {
    instagram.under({ kind: "slow_download", ms: 1000 });
    const id = await instagram.container({ image_url: instagram.file("/a.jpg") });
    assert.equal((await instagram.status(id)).status_code, "IN_PROGRESS");
    instagram.files.clear();
    assert.equal(await instagram.ready(id), "ERROR");
    assert.match((await instagram.status(id)).status, /2207052/);
  }));

Deno.test("processing takes long, and says words that nobody knows", () =>
  withInstagram({}, async (instagram) => {
    instagram.under({ kind: "slow_processing", ms: 60_000 }, {
      kind: "unknown_status",
      word: "SIMMERING",
      times: 1,
    });
    const id = await instagram.container({ image_url: instagram.file("/a.jpg") });
    assert.equal((await instagram.status(id)).status_code, "SIMMERING");
    assert.equal((await instagram.status(id)).status_code, "IN_PROGRESS");
    instagram.simulator.advance(60_000);
    assert.equal((await instagram.status(id)).status_code, "FINISHED");
  }));

Deno.test("the access ends between the container and the publish", () =>
  withInstagram({}, async (instagram) => {
    instagram.under({ kind: "access_ends", path: "container", times: 1 });
    const id = await instagram.container({ image_url: instagram.file("/a.jpg") });
    assert.deepEqual(errorOf(await instagram.publish(id)), [401, 190, 463]);
    instagram.token = instagram.simulator.grant("ana").access_token;
    await instagram.ready(id);
    assert.equal((await instagram.publish(id)).status, 200);
  }));

Deno.test("a good token is refused once; a password that was changed ends them all", () =>
  withInstagram({}, async (instagram) => {
    instagram.under({ kind: "unauthorized", path: "me", times: 1 });
    assert.deepEqual(errorOf(await instagram.get("/me")), [401, 190, 467]);
    assert.equal((await instagram.get("/me")).status, 200);
    instagram.simulator.misbehave({ times: 1, fault: { kind: "password_changed", path: "container" } });
    const refused = await instagram.post(`/${instagram.account}/media`, {
      image_url: instagram.file("/a.jpg"),
    });
    assert.deepEqual(errorOf(refused), [401, 190, 460]);
    assert.deepEqual(errorOf(await instagram.get("/me")), [401, 190, 460]);
  }));

Deno.test("too many calls come as 400, with headers that tell for how long, and without", () =>
  withInstagram({}, async (instagram) => {
    instagram.under({ kind: "rate_limited", path: "status", times: 1, headers: true, seconds: 120 });
    instagram.under({ kind: "rate_limited", path: "status", times: 1, headers: false });
    const id = await instagram.container({ image_url: instagram.file("/a.jpg") });
    const told = await instagram.get(`/${id}`, { fields: "status_code" });
    assert.deepEqual(errorOf(told), [400, 80002, undefined]);
    const usage = JSON.parse(told.headers.get("x-business-use-case-usage") ?? "");
    assert.equal(
      Object.values<{ estimated_time_to_regain_access: number }[]>(usage)[0]?.[0]
        ?.estimated_time_to_regain_access,
      2,
    );
    const untold = await instagram.get(`/${id}`, { fields: "status_code" });
    assert.deepEqual([untold.status, untold.headers.get("x-app-usage")], [400, null]);
  }));

Deno.test("a new post cannot be read for a while, and its permalink fails for a while longer", () =>
  withInstagram({}, async (instagram) => {
    instagram.under({ kind: "read_lag", ms: 60_000 }, { kind: "permalink_fails", times: 1 });
    const { id } = (await instagram.publish(await instagram.image("where is it"))).body;
    const read = () => instagram.get(`/${id}`, { fields: "permalink" });
    assert.deepEqual(errorOf(await read()), [400, 100, 33]);
    const feed = async () => (await instagram.get(`/${instagram.account}/media`)).body.data.length;
    assert.equal(await feed(), 0);
    instagram.simulator.advance(60_000);
    assert.equal(await feed(), 1);
    assert.deepEqual(errorOf(await read()), [400, 100, 33]);
    assert.equal((await read()).status, 200);
  }));

Deno.test("while Instagram is away nothing is published", () =>
  withInstagram({}, async (instagram) => {
    const id = await instagram.image("away");
    await instagram.simulator.outage({ how: "error", status: 503, of: "everything", ms: 1000 });
    assert.equal((await instagram.publish(id)).status, 503);
    await until(async () => (await instagram.publish(id)).status === 200);
    await instagram.simulator.outage({ how: "refused", ms: 30 });
    assert.equal((await instagram.get("/me")).status, 200);
  }));

Deno.test("any error of the table can be had at any endpoint", () =>
  withInstagram({}, async (instagram) => {
    const error = {
      code: 24,
      subcode: 2207008,
      message: "Media builder expired",
      isTransient: true,
    } as const;
    instagram.under({ kind: "refuse", path: "commit", times: 1, ...error });
    const id = await instagram.image("again");
    const refused = await instagram.publish(id);
    assert.deepEqual([...errorOf(refused), refused.body.error.is_transient], [400, 24, 2207008, true]);
    assert.equal((await instagram.publish(id)).status, 200);
  }));
