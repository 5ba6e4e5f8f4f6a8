import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { withAstria } from "./astria_client_fixture.ts";

Deno.test("cancelling is deleting: also a tune that is done is gone for good", () =>
  withAstria({}, async (astria) => {
    const id = await astria.made();
    await astria.ended(id);
    assert.equal((await astria.call("DELETE", `/tunes/${id}`)).status, 204);
    assert.equal((await astria.call("GET", `/tunes/${id}`)).status, 404);
    const { outcome, cancels, billed } = astria.view(id);
    assert.deepEqual([outcome, cancels.map(({ answer }) => answer), billed], ["succeeded", ["over"], 1]);
  }));

Deno.test("a tune that waits costs nothing, one that trains does", () =>
  withAstria({ taskMs: 200 }, async (astria) => {
    const waiting = await astria.made();
    await astria.call("DELETE", `/tunes/${waiting}`);
    const training = await astria.made();
    await until(() => astria.view(training).status === "running");
    await astria.call("DELETE", `/tunes/${training}`);
    assert.deepEqual([waiting, training].map((id) => astria.view(id).billed), [0, 1]);
  }));

Deno.test("a title that is known again is one tune, submitted twice", () =>
  withAstria({}, async (astria) => {
    const title = crypto.randomUUID();
    const [first, second] = [await astria.made({ title }), await astria.made({ title })];
    assert.equal(first, second);
    assert.deepEqual([astria.view(first).submits, astria.simulator.tasks().length], [2, 1]);
    assert.deepEqual(astria.simulator.submits().map(({ taskId }) => taskId), [String(first), String(first)]);
  }));

Deno.test("another account's tunes are not there, and its titles are its own", () =>
  withAstria({ moreApiKeys: ["other"] }, async (astria) => {
    const title = crypto.randomUUID();
    const id = await astria.made({ title });
    const statuses = [];
    for (const [method, path] of [["GET", `/tunes/${id}`], ["DELETE", `/tunes/${id}`]] as const) {
      statuses.push((await astria.call(method, path, undefined, "other")).status);
    }
    assert.deepEqual(statuses, [404, 404]);
    const { body } = await astria.call("POST", "/tunes", astria.tune({ title }), "other");
    assert.notEqual(body.id, id);
  }));
