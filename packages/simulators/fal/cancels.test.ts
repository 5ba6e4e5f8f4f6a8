import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { type Queued, type TestFal, withFal } from "./fal_client_fixture.ts";

async function cancel(fal: TestFal, { cancel_url }: Queued): Promise<string> {
  return (await (await fal.fetch(cancel_url, { method: "PUT" })).json()).status;
}

async function running(fal: TestFal): Promise<Queued> {
  const queued = await fal.submitted();
  await until(() => fal.view(queued.request_id).status === "running");
  return queued;
}

Deno.test("what waits is removed, is over at once, and costs nothing", () =>
  withFal({ taskMs: 60_000 }, async (fal) => {
    const queued = await fal.submitted();
    assert.equal(await cancel(fal, queued), "OK");
    const { outcome, billed, cancels } = fal.view(queued.request_id);
    assert.deepEqual([outcome, billed, cancels.length], ["cancelled", 0, 1]);
    assert.equal(await cancel(fal, queued), "ALREADY_COMPLETED");
    assert.deepEqual(fal.receiver.received, []);
  }));

Deno.test("what runs is asked, and may finish and be billed", () =>
  withFal({ taskMs: 150 }, async (fal) => {
    const queued = await running(fal);
    assert.equal(await cancel(fal, queued), "CANCELLATION_REQUESTED");
    const { outcome, billed } = await fal.ended(queued);
    assert.deepEqual([outcome, billed], ["succeeded", 1]);
  }));

Deno.test("slow_cancel: what runs is stopped after a while", () =>
  withFal({ taskMs: 1_000 }, async (fal) => {
    fal.simulator.misbehave({ fault: { kind: "slow_cancel", ms: 20 } });
    const queued = await running(fal);
    assert.equal(await cancel(fal, queued), "CANCELLATION_REQUESTED");
    assert.equal((await fal.ended(queued)).outcome, "cancelled");
  }));

Deno.test("ignores_cancel: also what waits is only asked, and finishes", () =>
  withFal({ taskMs: 100 }, async (fal) => {
    fal.simulator.misbehave({ fault: { kind: "ignores_cancel" } });
    const queued = await fal.submitted();
    assert.equal(await cancel(fal, queued), "CANCELLATION_REQUESTED");
    assert.equal((await fal.ended(queued)).outcome, "succeeded");
  }));

Deno.test("failures below 500 may be billed, those above are not", () =>
  withFal({}, async (fal) => {
    const bills: number[] = [];
    for (const status of [422, 500]) {
      fal.simulator.behave();
      bills.push((await fal.ended(await fal.submittedUnder({ kind: "fail", status }))).billed);
    }
    assert.deepEqual(bills, [1, 0]);
  }));

Deno.test("another account's request is not there", () =>
  withFal({ moreApiKeys: ["other"] }, async (fal) => {
    const queued = await fal.submitted();
    const headers = { authorization: "Key other" };
    for (const [url, method] of [[queued.status_url, "GET"], [queued.cancel_url, "PUT"]] as const) {
      const { status, body } = await fal.fetch(url, { method, headers });
      await body?.cancel();
      assert.equal(status, 404);
    }
    assert.equal((await fal.ended(queued)).account, fal.simulator.apiKey);
  }));
