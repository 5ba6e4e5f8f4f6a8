import assert from "node:assert/strict";
import { until } from "./testing.ts";
import { withToy } from "./toy_testing.ts";

Deno.test("a task is queued, then runs, then succeeds with outputs; webhooks tell of both changes", () =>
  withToy({ taskMs: 60 }, async (toy) => {
    const id = await toy.submitted();
    const seen: string[] = [];
    await until(async () => seen.push((await toy.poll(id)).status) > 0 && seen.at(-1) === "succeeded");
    const order = ["queued", "running", "succeeded"];
    assert.deepEqual([...new Set(seen)], order);
    assert.deepEqual(
      seen.map((status) => order.indexOf(status)),
      seen.map((status) => order.indexOf(status)).toSorted(),
    );
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

Deno.test("a stopped task gives its place away, also while it waits for one", () =>
  withToy({ runningAtMost: 1, taskMs: 4 }, async (toy) => {
    const stop = (id: string) => fetch(`${toy.simulator.url}/tasks/${id}`, { method: "DELETE" });
    toy.simulator.misbehave({ contains: "slow", fault: { kind: "slow", ms: 400 } });
    const slow = await toy.submitted("slow");
    await until(() => toy.view(slow).status === "running");
    const waiting = await toy.submitted("quick, waiting");
    const last = await toy.submitted("quick, last");
    await stop(waiting);
    await stop(slow);
    assert.deepEqual([toy.view(slow).status, toy.view(waiting).status], ["cancelled", "cancelled"]);
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

Deno.test("two thousand tasks are cheap", () =>
  withToy({ taskMs: 50 }, async (toy) => {
    const startedAt = performance.now();
    const ids = await Promise.all(Array.from({ length: 200 }, async (_, batch) => {
      const mine: string[] = [];
      for (let n = 0; n < 10; n++) mine.push(await toy.submitted(`cat ${batch}-${n}`));
      return mine;
    }));
    await until(() => toy.receiver.received.length === 4_000);
    assert.equal(new Set(ids.flat()).size, 2_000);
    const tasks = await (await fetch(`${toy.simulator.url}/_simulator/tasks`)).json();
    assert.equal(tasks.length, 2_000);
    assert.equal(
      new Set(tasks.map(({ outputs: [first] }: { outputs: { sha256: string }[] }) => first?.sha256)).size,
      2_000,
    );
    assert.ok(performance.now() - startedAt < 20_000);
  }));
