import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { type Prediction, type TestReplicate, withReplicate } from "./replicate_client_fixture.ts";

async function cancel(replicate: TestReplicate, { id }: Prediction): Promise<string> {
  return (await (await replicate.fetch(`/predictions/${id}/cancel`, { method: "POST" })).json()).status;
}

async function running(replicate: TestReplicate): Promise<Prediction> {
  const prediction = await replicate.created();
  await until(() => replicate.view(prediction.id).status === "running");
  return prediction;
}

Deno.test("what never ran is not charged, what ran is, by its time", () =>
  withReplicate({ taskMs: 400 }, async (replicate) => {
    const waiting = await replicate.created();
    assert.equal(await cancel(replicate, waiting), "canceled");
    const ran = await running(replicate);
    assert.equal(await cancel(replicate, ran), "canceled");
    const full = await replicate.ended(await replicate.created());
    assert.equal(replicate.view(waiting.id).billed, 0);
    assert.ok(replicate.view(ran.id).billed >= 0 && replicate.view(ran.id).billed < full.billed);
    const [account] = replicate.simulator.accounts();
    assert.equal(account?.billed, replicate.view(ran.id).billed + full.billed);
  }));

Deno.test("ignores_cancel and slow_cancel: the answer shows it at work; then it has finished, or not", () =>
  withReplicate({ taskMs: 200 }, async (replicate) => {
    replicate.simulator.misbehave({ times: 1, fault: { kind: "ignores_cancel" } });
    const deaf = await running(replicate);
    assert.equal(await cancel(replicate, deaf), "processing");
    assert.equal((await replicate.ended(deaf)).outcome, "succeeded");
    replicate.simulator.misbehave({ times: 1, fault: { kind: "slow_cancel", ms: 10 } });
    const slow = await running(replicate);
    assert.equal(await cancel(replicate, slow), "processing");
    await replicate.ended(slow);
    assert.equal((await replicate.get(slow)).status, "canceled");
  }));

Deno.test("another account's predictions are neither there nor in its list", () =>
  withReplicate({ moreApiKeys: ["other"] }, async (replicate) => {
    const { id } = await replicate.created();
    const headers = { authorization: "Bearer other" };
    const { status, body } = await replicate.fetch(`/predictions/${id}`, { headers });
    await body?.cancel();
    assert.equal(status, 404);
    const lists = await Promise.all(
      [{}, { headers }].map(async (init) =>
        (await (await replicate.fetch("/predictions", init)).json()).results.length
      ),
    );
    assert.deepEqual(lists, [1, 0]);
  }));

Deno.test("python_json: a list that has such a prediction is no JSON either", () =>
  withReplicate({}, async (replicate) => {
    await replicate.createdUnder({ kind: "python_json" });
    const text = await (await replicate.fetch("/predictions")).text();
    assert.throws(() => JSON.parse(text), SyntaxError);
  }));
