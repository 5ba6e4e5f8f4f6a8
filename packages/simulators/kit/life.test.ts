import assert from "node:assert/strict";
import { until } from "./receiver_fixture.ts";
import { withToy } from "./toy_client_fixture.ts";

Deno.test("a task is queued for a quarter of its time", () =>
  withToy({ taskMs: 60_000 }, async (toy) => {
    const id = await toy.submitted();
    assert.deepEqual(await toy.poll(id), { id, status: "queued", outputs: [], error: null });
    assert.deepEqual([toy.view(id).status, toy.view(id).outcome], ["queued", null]);
  }));

Deno.test("then it runs and succeeds with outputs; webhooks tell of both", () =>
  withToy({ taskMs: 400 }, async (toy) => {
    const id = await toy.submitted();
    await until(async () => (await toy.poll(id)).status === "running");
    await until(async () => (await toy.poll(id)).status === "succeeded");
    await toy.receiver.got(2);
    assert.deepEqual(toy.told().map(({ status }) => status), ["running", "succeeded"]);
    assert.deepEqual(toy.told()[1], await toy.poll(id));
  }));

Deno.test("with runningAtMost tasks wait in the queue for a place, first come, first served", () =>
  withToy({ runningAtMost: 1, taskMs: 40 }, async (toy) => {
    const ids = [await toy.submitted("first"), await toy.submitted("second"), await toy.submitted("third")];
    const highest = { running: 0 };
    await until(() => {
      const views = ids.map((id) => toy.view(id));
      highest.running = Math.max(highest.running, views.filter(({ status }) => status === "running").length);
      return views.every(({ endedAt }) => endedAt !== null);
    });
    assert.equal(highest.running, 1);
    const ends = ids.map((id) => toy.view(id).endedAt?.getTime() ?? 0);
    assert.deepEqual(ends, ends.toSorted((a, b) => a - b));
  }));

Deno.test("a place that nobody waits for is free for the next task", () =>
  withToy({ runningAtMost: 1, taskMs: 4 }, async (toy) => {
    for (let n = 0; n < 3; n++) await toy.ended(await toy.submitted());
  }));

Deno.test("a stopped task gives its place away, also while it waits for one", () =>
  withToy({ runningAtMost: 1, taskMs: 4 }, async (toy) => {
    const stop = (id: string) => fetch(`${toy.simulator.url}/tasks/${id}`, { method: "DELETE" });
    const endless = await toy.submitted("endless");
    await until(() => toy.view(endless).status === "running");
    const waiting = await toy.submitted("waiting");
    const last = await toy.submitted("last");
    await stop(waiting);
    await stop(endless);
    assert.deepEqual([toy.view(endless).outcome, toy.view(waiting).outcome], ["cancelled", "cancelled"]);
    assert.equal((await toy.ended(last)).status, "succeeded");
  }));

Deno.test("a task may wait for another one", () =>
  withToy({}, async (toy) => {
    toy.simulator.misbehave({ contains: "first", fault: { kind: "slow", ms: 80 } });
    const first = await toy.submitted("first");
    const second = await toy.submitted("second", { after: first });
    const { endedAt } = await toy.ended(second);
    const firstEnd = toy.view(first).endedAt;
    assert.ok(firstEnd && endedAt && firstEnd <= endedAt);
  }));

Deno.test("work that breaks is a failure like others, with the provider's words", () =>
  withToy({}, async (toy) => {
    const error = console.error;
    const logged: unknown[] = [];
    console.error = (...parts: unknown[]) => logged.push(parts[0]);
    try {
      const { status, failure } = await toy.ended(await toy.submitted("broken"));
      assert.deepEqual([status, failure], ["failed", "unexpected"]);
      assert.match(String(logged[0]), /Toy simulator: task 1 failed unexpectedly/);
    } finally {
      console.error = error;
    }
  }));

Deno.test("closing ends tasks and requests that wait, and sends nothing more", () =>
  withToy({ runningAtMost: 1, taskMs: 60_000 }, async (toy) => {
    const first = await toy.submitted();
    await toy.submitted("another", { after: first });
    toy.under({ kind: "hang", path: "poll", times: 1 });
    const hanging = fetch(`${toy.simulator.url}/tasks/${first}`);
    await toy.poll(first).catch(() => {});
    await toy.simulator.close();
    const response = await hanging;
    assert.equal(response.status, 503);
    await response.body?.cancel();
    assert.deepEqual(toy.receiver.received, []);
  }));

Deno.test("hundreds of tasks at once have webhooks and outputs of their own", () =>
  withToy({ taskMs: 50, webhookTimeoutMs: 60_000 }, async (toy) => {
    const ids = await Promise.all(Array.from({ length: 300 }, (_, n) => toy.submitted(`cat ${n}`)));
    await until(
      () => toy.simulator.tasks().every(({ webhooks }) => webhooks[1]?.state === "delivered"),
      30_000,
    );
    const ended = toy.told().filter(({ status }) => status === "succeeded").map(({ id }) => id);
    assert.deepEqual(ended.toSorted(), ids.toSorted());
    const tasks: { outputs: { sha256: string }[] }[] =
      await (await fetch(`${toy.simulator.url}/_simulator/tasks`)).json();
    assert.equal(new Set(tasks.flatMap(({ outputs }) => outputs.map(({ sha256 }) => sha256))).size, 600);
  }));
