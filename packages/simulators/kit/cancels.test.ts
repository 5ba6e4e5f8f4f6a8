import assert from "node:assert/strict";
import { type TestToy, withToy } from "./toy_client_fixture.ts";

async function cancel(toy: TestToy, id: string): Promise<string | null> {
  return (await fetch(`${toy.simulator.url}/tasks/${id}`, { method: "DELETE" })).headers.get("x-cancel");
}

Deno.test("a wish to stop is kept with its task: stopped, and over after that", () =>
  withToy({ taskMs: 60_000 }, async (toy) => {
    const id = await toy.submitted();
    assert.deepEqual([await cancel(toy, id), await cancel(toy, id)], ["stopped", "over"]);
    const { outcome, cancels, billed } = toy.view(id);
    assert.deepEqual([outcome, billed], ["cancelled", 0]);
    assert.deepEqual(cancels.map(({ answer }) => answer), ["stopped", "over"]);
  }));

Deno.test("ignores_cancel: the task finishes all the same, and is paid for", () =>
  withToy({ taskMs: 100 }, async (toy) => {
    toy.under({ kind: "ignores_cancel" });
    const id = await toy.submitted();
    assert.equal(await cancel(toy, id), "asked");
    const { outcome, billed } = await toy.ended(id);
    assert.deepEqual([outcome, billed], ["succeeded", 5]);
  }));

Deno.test("slow_cancel: it is alive for a while, and then stopped", () =>
  withToy({ taskMs: 60_000 }, async (toy) => {
    toy.under({ kind: "slow_cancel", ms: 50 });
    const id = await toy.submitted();
    assert.equal(await cancel(toy, id), "asked");
    assert.equal(toy.view(id).endedAt, null);
    const { outcome, cancels, endedAt } = await toy.ended(id);
    assert.equal(outcome, "cancelled");
    assert.ok(endedAt && cancels[0] && endedAt.getTime() - cancels[0].at.getTime() >= 45);
  }));

Deno.test("slow_cancel comes too late for a task that ends before", () =>
  withToy({ taskMs: 20 }, async (toy) => {
    toy.under({ kind: "slow_cancel", ms: 60_000 });
    const id = await toy.submitted();
    await cancel(toy, id);
    assert.equal((await toy.ended(id)).outcome, "succeeded");
  }));
