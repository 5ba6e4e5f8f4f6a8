import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { withAstria } from "./astria_client_fixture.ts";
import type { Fault } from "./faults.ts";

Deno.test("what is invalid is refused with 422 and makes nothing", () =>
  withAstria({}, async (astria) => {
    const wrong: [Record<string, unknown>, string][] = [
      [{ title: undefined }, "title"],
      [{ name: "horse" }, "name"],
      [{ image_urls: [] }, "images"],
      [{ image_urls: undefined }, "images"],
      [{ branch: "sd3" }, "branch"],
      [{ preset: "flux" }, "preset"],
      [{ callback: "not a url" }, "callback"],
      [{ image_urls: [`${astria.pictures}/1.png`, `${astria.pictures}/missing`] }, "images"],
      [{ image_urls: ["http://127.0.0.1:9/1.png"] }, "images"],
      [{ image_urls: [`${astria.receiver.url("/page")}`] }, "images"],
    ];
    for (const [change, field] of wrong) {
      const { status, body } = await astria.call("POST", "/tunes", astria.tune(change));
      assert.deepEqual([status, Object.keys(body)], [422, [field]]);
    }
    for (const body of ["", "{", "[]", "{}"]) {
      assert.equal((await astria.call("POST", "/tunes", body)).status, 422);
    }
    assert.deepEqual(astria.simulator.tasks(), []);
  }));

Deno.test("nothing is answered without the key", () =>
  withAstria({}, async (astria) => {
    const id = await astria.made();
    const requests = [["POST", "/tunes"], ["GET", "/tunes"], ["GET", `/tunes/${id}`], [
      "DELETE",
      `/tunes/${id}`,
    ]] as const;
    for (const [method, path] of requests) {
      const body = method === "POST" ? astria.tune() : undefined;
      assert.equal((await astria.call(method, path, body, "another key")).status, 401);
    }
    assert.equal(astria.simulator.tasks().length, 1);
  }));

Deno.test("refusals and a busy account come as often as they should, then all is well", () =>
  withAstria({}, async (astria) => {
    astria.simulator.misbehave({ fault: { kind: "refusal", status: 402, times: 1 } });
    astria.simulator.misbehave({
      fault: { kind: "refusal", status: 422, body: { title: ["is taken"] }, times: 1 },
    });
    astria.simulator.misbehave({ fault: { kind: "busy", times: 1 } });
    const answers = [];
    for (let n = 0; n < 4; n++) answers.push(await astria.call("POST", "/tunes", astria.tune()));
    assert.deepEqual(answers.map(({ status }) => status), [429, 402, 422, 201]);
    assert.deepEqual(answers[2]?.body, { title: ["is taken"] });
  }));

Deno.test("a 504 may have made the tune; the list shows it, and its callback comes", () =>
  withAstria({ isIdempotent: false }, async (astria) => {
    for (const accepted of [true, false]) {
      astria.simulator.misbehave({
        fault: { kind: "http_error", path: "submit", status: 504, times: 1, accepted },
      });
      const title = `accepted: ${accepted}`;
      assert.equal((await astria.call("POST", "/tunes", astria.tune({ title }))).status, 504);
      const { body } = await astria.call<{ title: string }[]>("GET", "/tunes?limit=120");
      assert.equal(body.some((tune) => tune.title === title), accepted);
    }
    await astria.receiver.got(1);
  }));

Deno.test("a failed training looks like one that takes for ever: no trained_at, no callback, an eta that goes by", () =>
  withAstria({}, async (astria) => {
    const id = await astria.made({}, { kind: "fail" });
    assert.equal((await astria.ended(id)).status, "failed");
    const { trained_at, started_training_at, eta } = await astria.shown(id);
    assert.ok(trained_at === null && started_training_at);
    await until(() => Date.parse(String(eta)) < Date.now());
    assert.equal((await astria.shown(id)).trained_at, null);
    assert.deepEqual(astria.receiver.received, []);
  }));

Deno.test("a callback that is refused is never sent again", () =>
  withAstria({}, async (astria) => {
    astria.receiver.answer = () => new Response(null, { status: 500 });
    const id = await astria.made();
    await until(() => astria.view(id).webhooks[0]?.state === "refused");
    const other = await astria.made();
    await until(() => astria.view(other).webhooks[0]?.state === "refused");
    assert.equal(astria.receiver.received.length, 2);
    assert.equal(astria.view(id).webhooks[0]?.attempts.length, 1);
  }));

Deno.test("a lost callback is never sent, a duplicate comes as often as it should", () =>
  withAstria({}, async (astria) => {
    const lost = await astria.ended(await astria.made({}, { kind: "lost_webhook" }));
    assert.equal(lost.webhooks[0]?.state, "lost");
    await astria.made({}, { kind: "duplicate_webhook", copies: 3 });
    await astria.receiver.got(3);
    assert.equal(new Set(astria.receiver.received.map(({ body }) => body)).size, 1);
  }));

Deno.test("a callback may come before the 201, which still shows a tune that waits", () =>
  withAstria({}, async (astria) => {
    astria.simulator.misbehave({ times: 1, fault: { kind: "webhook_before_answer" } });
    const { body } = await astria.call("POST", "/tunes", astria.tune());
    assert.equal(astria.receiver.received.length, 1);
    assert.equal(body.trained_at, null);
  }));

Deno.test("callbacks come bare or in an array, if they are told to", () =>
  withAstria({}, async (astria) => {
    const shapes: Fault[] = [{ kind: "callback_shape", shape: "bare" }, {
      kind: "callback_shape",
      shape: "array",
    }];
    const ids = [];
    for (const fault of shapes) {
      ids.push(await astria.made({}, fault));
      await astria.receiver.got(ids.length);
    }
    const [bare, array] = astria.receiver.received.map(({ body }) => JSON.parse(body));
    assert.deepEqual([bare.id, array[0].id], ids);
  }));

Deno.test("the first readings after the callback may still show it in training", () =>
  withAstria({}, async (astria) => {
    const id = await astria.made({}, { kind: "stale_readings", times: 2 });
    const { tune } = JSON.parse((await astria.receiver.got(1)).body);
    assert.ok(tune.trained_at);
    const seen = [];
    for (let n = 0; n < 3; n++) seen.push((await astria.shown(id)).trained_at);
    assert.deepEqual(seen, [null, null, tune.trained_at]);
  }));
