import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { withAstria } from "./astria_client_fixture.ts";

Deno.test("a tune is made, trained and told of once, wrapped in its name", () =>
  withAstria({}, async (astria) => {
    const sent = astria.tune({ title: "job-1", base_tune_id: 1504944, model_type: "lora" });
    const { status, body } = await astria.call("POST", "/tunes", sent);
    assert.equal(status, 201);
    assert.deepEqual([body.id, body.title, body.name, body.trained_at, body.started_training_at], [
      788416,
      "job-1",
      "woman",
      null,
      null,
    ]);
    assert.deepEqual(body.orig_images, sent.tune.image_urls);
    const callback = await astria.receiver.got(1);
    assert.equal(callback.path, "/job/token");
    const { tune } = JSON.parse(callback.body);
    assert.ok(tune.trained_at && tune.started_training_at && tune.expires_at);
    assert.deepEqual(await astria.shown(788416), tune);
    const days = (Date.parse(tune.expires_at) - Date.parse(tune.trained_at)) / 86_400_000;
    assert.equal(days, 30);
  }));

Deno.test("a tune waits, trains and is trained, and its eta tells about when", () =>
  withAstria({ taskMs: 80 }, async (astria) => {
    const id = await astria.made();
    const states: string[] = [];
    await until(async () => {
      const { started_training_at, trained_at, eta, created_at } = await astria.shown(id);
      assert.equal(Date.parse(String(eta)) - Date.parse(String(created_at)), 80);
      states.push(trained_at ? "trained" : started_training_at ? "training" : "waiting");
      return states.at(-1) === "trained";
    });
    const order = ["waiting", "training", "trained"];
    assert.deepEqual([...new Set(states)], order);
    assert.deepEqual(states, states.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
  }));

Deno.test("a faceid is trained at once", () =>
  withAstria({}, async (astria) => {
    const { body } = await astria.call("POST", "/tunes", astria.tune({ model_type: "faceid" }));
    assert.ok(body.trained_at);
  }));

Deno.test("an account that is idempotent has one tune of a title, another has as many as are made", async () => {
  for (const isIdempotent of [true, false]) {
    await withAstria({ isIdempotent }, async (astria) => {
      const first = await astria.made({ title: "twice" });
      const second = await astria.made({ title: "twice", name: "man" });
      assert.equal(first === second, isIdempotent);
      assert.notEqual(await astria.made({ title: "other" }), first);
      assert.equal(astria.simulator.tasks().length, isIdempotent ? 2 : 3);
    });
  }
});

Deno.test("a deleted tune is not there any more, trains no further and is not told of", () =>
  withAstria({ taskMs: 60_000 }, async (astria) => {
    const id = await astria.made({ title: "again" });
    assert.equal((await astria.call("DELETE", `/tunes/${id}`)).status, 204);
    assert.equal((await astria.call("GET", `/tunes/${id}`)).status, 404);
    assert.equal((await astria.call("DELETE", `/tunes/${id}`)).status, 404);
    assert.deepEqual((await astria.call<unknown[]>("GET", "/tunes")).body, []);
    const { status, isDeleted, webhooks } = astria.view(id);
    assert.deepEqual([status, isDeleted, webhooks], ["cancelled", true, []]);
    assert.notEqual(await astria.made({ title: "again" }), id, "its title is free again");
  }));

Deno.test("prompts wait for their tune, show images and are told of one by one", () =>
  withAstria({}, async (astria) => {
    const prompt = {
      text: "ohwx woman in the rain",
      num_images: 2,
      callback: astria.receiver.url("/prompt"),
    };
    const id = await astria.made({ callback: undefined, prompts_attributes: [prompt] });
    const { status, body } = await astria.call("POST", `/tunes/${id}/prompts`, {
      prompt: { ...prompt, text: "ohwx woman, laughing" },
    });
    assert.deepEqual([status, body.tune_id, body.images], [201, id, undefined]);
    await astria.receiver.got(2);
    const told = astria.receiver.received.map((callback) => JSON.parse(callback.body).prompt);
    assert.deepEqual(told.map(({ tune_id, images }) => [tune_id, images.length]), [[id, 2], [id, 2]]);
    const listed = await astria.call<{ id: number }[]>("GET", `/tunes/${id}/prompts`);
    assert.deepEqual(listed.body.map((entry) => entry.id), [id + 2, id + 1]);
    const shown = await astria.call<{ images: string[] }>("GET", `/tunes/${id}/prompts/${id + 2}`);
    for (const image of shown.body.images) {
      const response = await fetch(image);
      assert.equal(response.headers.get("content-type"), "image/jpeg");
      await response.body?.cancel();
    }
    assert.equal((await astria.call("DELETE", `/tunes/${id}/prompts/${id + 2}`)).status, 204);
    assert.equal((await astria.call("GET", `/tunes/${id}/prompts/${id + 2}`)).status, 404);
    assert.equal((await astria.call("POST", "/tunes/7/prompts", { prompt })).status, 404);
  }));

Deno.test("lists are newest first, in pages of 20, of 120 at the most, paged by before_id", () =>
  withAstria({}, async (astria) => {
    const first = await astria.made();
    for (let n = 1; n < 130; n++) await astria.made();
    const idsOf = async (query: string) =>
      (await astria.call<{ id: number }[]>("GET", `/tunes${query}`)).body.map(({ id }) => id);
    const from = (highest: number, count: number) => Array.from({ length: count }, (_, n) => highest - n);
    assert.deepEqual(await idsOf(""), from(first + 129, 20));
    assert.deepEqual(await idsOf("?limit=500"), from(first + 129, 120));
    assert.deepEqual(await idsOf(`?limit=120&before_id=${first + 10}`), from(first + 9, 10));
    assert.deepEqual(await idsOf("?offset=125"), from(first + 4, 5));
    assert.equal((await astria.call("GET", "/tunes?offset=201")).status, 400);
  }));
