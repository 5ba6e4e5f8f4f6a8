import assert from "node:assert/strict";
import type { Received } from "./receiver_fixture.ts";
import { until } from "./receiver_fixture.ts";
import { type TestToy, withToy } from "./toy_client_fixture.ts";
import { toySignature } from "./toy_fixture.ts";

function isSigned({ headers, body }: Received): boolean {
  return headers.get("x-signature") === toySignature("right", headers.get("x-time") ?? "", body);
}

/** What the webhooks of a task say after its first one ("running"), once as many have come. */
async function afterRunning(toy: TestToy, count: number): Promise<string[]> {
  await toy.receiver.got(count + 1);
  const [first, ...rest] = toy.told().map(({ status }) => status);
  assert.equal(first, "running");
  return rest;
}

Deno.test("webhooks are signed for the time of each attempt; their id is that of the webhook", () =>
  withToy({}, async (toy) => {
    toy.receiver.answer = (_n, { body }) =>
      new Response(null, { status: body.includes("succeeded") ? 500 : 200 });
    await toy.submitted();
    await toy.receiver.got(4);
    assert.ok(toy.receiver.received.every(isSigned));
    const ids = toy.receiver.received.map(({ headers }) => headers.get("x-id"));
    assert.equal(new Set(ids.slice(1)).size, 1);
    assert.notEqual(ids[0], ids[1]);
  }));

Deno.test("what is told while a task runs is not tried again", () =>
  withToy({ taskMs: 200 }, async (toy) => {
    toy.receiver.answer = () => new Response(null, { status: 500 });
    const id = await toy.submitted();
    await until(() => toy.view(id).webhooks[1]?.retries === 2);
    assert.deepEqual(toy.told().map(({ status }) => status), [
      "running",
      "succeeded",
      "succeeded",
      "succeeded",
    ]);
    assert.deepEqual(toy.view(id).webhooks.map(({ status, state }) => [status, state]), [
      ["running", "refused"],
      ["succeeded", "refused"],
    ]);
  }));

Deno.test("the end is told after the progress, even to a receiver that takes its time", () =>
  withToy({}, async (toy) => {
    const release = Promise.withResolvers<void>();
    toy.receiver.answer = async () => {
      await release.promise;
      return new Response();
    };
    const { id } = await toy.ended(await toy.submitted());
    await toy.receiver.got(1);
    assert.deepEqual(toy.view(id).webhooks.map(({ status }) => status), ["running"]);
    release.resolve();
    await toy.receiver.got(2);
    assert.deepEqual(toy.told().map(({ status }) => status), ["running", "succeeded"]);
  }));

Deno.test("lost_webhook: nothing is sent, and the task shows it", () =>
  withToy({}, async (toy) => {
    toy.simulator.misbehave({ contains: "lost", fault: { kind: "lost_webhook" } });
    toy.simulator.misbehave({ contains: "lost", fault: { kind: "replay_webhook" } });
    const lost = await toy.submitted("a lost cat");
    await toy.ended(lost);
    const other = await toy.submitted();
    await toy.receiver.got(2);
    assert.ok(toy.told().every(({ id }) => id === other));
    assert.deepEqual(toy.view(lost).webhooks.map(({ state }) => state), ["lost", "lost"]);
  }));

Deno.test("duplicate_webhook: copies at the same time, with one id", () =>
  withToy({}, async (toy) => {
    const together = Promise.withResolvers<void>();
    toy.receiver.answer = async (n) => {
      // No copy is answered before all have come, so they cannot have been sent one after the other.
      if (n === 4) together.resolve();
      if (n > 1) await together.promise;
      return new Response();
    };
    toy.under({ kind: "duplicate_webhook", copies: 3 });
    await toy.submitted();
    assert.deepEqual(await afterRunning(toy, 3), Array(3).fill("succeeded"));
    assert.equal(new Set(toy.receiver.received.slice(1).map(({ headers }) => headers.get("x-id"))).size, 1);
  }));

Deno.test("malformed_webhook: the body that was asked for, or the first half of the right one, rightly signed", () =>
  withToy({}, async (toy) => {
    toy.simulator.misbehave({ times: 1, fault: { kind: "malformed_webhook", body: "<html>" } });
    toy.simulator.misbehave({ fault: { kind: "malformed_webhook" } });
    await toy.submitted();
    assert.equal((await toy.receiver.got(2)).body, "<html>");
    await toy.submitted();
    const half = await toy.receiver.got(4);
    assert.match(half.body, /^\{"id":"2","status":"succeeded"/);
    assert.throws(() => JSON.parse(half.body));
    assert.ok(isSigned(half));
  }));

Deno.test("delayed_webhook: polls know of the end before the webhook comes", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "delayed_webhook", ms: 80 });
    const { id, endedAt } = await toy.ended(await toy.submitted());
    assert.equal((await toy.poll(id)).status, "succeeded");
    await toy.receiver.got(2);
    await until(() => toy.view(id).webhooks[1]?.attempts.length === 1);
    assert.ok(endedAt && Number(toy.view(id).webhooks[1]?.attempts[0]?.at) - endedAt.getTime() >= 79);
  }));

Deno.test("webhook_before_answer: the webhook has been answered before the submission is", () =>
  withToy({ taskMs: 60_000 }, async (toy) => {
    const release = Promise.withResolvers<void>();
    toy.receiver.answer = async () => {
      await release.promise;
      return new Response();
    };
    toy.under({ kind: "webhook_before_answer" });
    let isAnswered = false;
    const answer = toy.submitted().finally(() => (isAnswered = true));
    await toy.receiver.got(2);
    await fetch(`${toy.simulator.url}/tasks/unknown`).then((response) => response.body?.cancel());
    assert.equal(isAnswered, false);
    release.resolve();
    assert.equal((await toy.poll(await answer)).status, "succeeded");
  }));

Deno.test("out_of_order_webhook: a failure that did not happen is told after the success", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "out_of_order_webhook", late: "failed" });
    const id = await toy.submitted();
    assert.deepEqual(await afterRunning(toy, 2), ["succeeded", "failed"]);
    assert.equal(toy.told()[2]?.error, "passing");
    assert.equal((await toy.poll(id)).status, "succeeded");
  }));

Deno.test("out_of_order_webhook: what was to be told while it ran is told after the end", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "out_of_order_webhook", late: "running" });
    await toy.submitted();
    await toy.receiver.got(2);
    assert.deepEqual(toy.told().map(({ status }) => status), ["succeeded", "running"]);
  }));

Deno.test("failed_then_success: a failed webhook first, then the first polls fail, then all is well", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "failed_then_success", polls: 2, webhook: true });
    const id = await toy.submitted();
    assert.deepEqual(await afterRunning(toy, 2), ["failed", "succeeded"]);
    const polls = [await toy.poll(id), await toy.poll(id), await toy.poll(id)];
    assert.deepEqual(polls.map(({ status, error }) => [status, error]), [
      ["failed", "passing"],
      ["failed", "passing"],
      ["succeeded", null],
    ]);
  }));

Deno.test("failed_then_success alone is one failed poll and no webhook; a task that failed is left as it is", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "failed_then_success" });
    const id = await toy.submitted();
    assert.deepEqual(await afterRunning(toy, 1), ["succeeded"]);
    assert.deepEqual([(await toy.poll(id)).status, (await toy.poll(id)).status], ["failed", "succeeded"]);
    toy.under({ kind: "fail", error: "no" });
    const failed = await toy.ended(await toy.submitted());
    assert.equal((await toy.poll(failed.id)).error, "no");
  }));

Deno.test("success_without_outputs: none in the webhook, none in the first polls", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "success_without_outputs", times: 2 });
    const id = await toy.submitted();
    await toy.receiver.got(2);
    assert.deepEqual(toy.told()[1]?.outputs, []);
    const counts = [];
    for (let n = 0; n < 3; n++) counts.push((await toy.poll(id)).outputs.length);
    assert.deepEqual(counts, [0, 0, 2]);
  }));

Deno.test("wrong_signature and missing_signature", () =>
  withToy({}, async (toy) => {
    toy.simulator.misbehave({ contains: "wrong", fault: { kind: "wrong_signature" } });
    toy.simulator.misbehave({ contains: "missing", fault: { kind: "missing_signature" } });
    await toy.submitted("wrong");
    const wrong = await toy.receiver.got(2);
    assert.ok(wrong.headers.has("x-signature") && !isSigned(wrong));
    await toy.submitted("missing");
    const missing = await toy.receiver.got(4);
    assert.deepEqual([...missing.headers.keys()].filter((name) => name.startsWith("x-")), []);
  }));

Deno.test("replay_webhook: the same once more, rightly signed for an hour ago, and not tried again", () =>
  withToy({}, async (toy) => {
    toy.receiver.answer = (n) => new Response(null, { status: n === 3 ? 401 : 200 });
    toy.under({ kind: "replay_webhook" });
    const id = await toy.submitted();
    assert.deepEqual(await afterRunning(toy, 2), ["succeeded", "succeeded"]);
    const [, first, replay] = toy.receiver.received;
    assert.ok(first && replay && isSigned(first) && isSigned(replay));
    assert.equal(first.body, replay.body);
    assert.equal(first.headers.get("x-id"), replay.headers.get("x-id"));
    const age = Number(first.headers.get("x-time")) - Number(replay.headers.get("x-time"));
    assert.ok(age >= 3599 && age <= 3601, `${age} s`);
    await until(() => toy.view(id).webhooks[1]?.attempts.length === 2);
    assert.equal(toy.view(id).webhooks[1]?.state, "delivered");
  }));
