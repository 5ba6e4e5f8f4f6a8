import assert from "node:assert/strict";
import { until } from "./receiver_fixture.ts";
import { withToy } from "./toy_client_fixture.ts";

Deno.test("late_answer: the task begins at once, its answer comes late", () =>
  withToy({ taskMs: 60_000 }, async (toy) => {
    toy.under({ kind: "late_answer", ms: 100, times: 1, taken: "at_once" });
    const answer = toy.submit();
    await until(() => toy.simulator.tasks().length === 1);
    const [record] = toy.simulator.submits();
    assert.deepEqual([record?.status, record?.taskId], [null, "1"]);
    assert.deepEqual(await (await answer).json(), { id: "1" });
  }));

Deno.test("late_answer, taken late: the task begins when the client has long gone away", () =>
  withToy({ taskMs: 60_000 }, async (toy) => {
    toy.under({ kind: "late_answer", ms: 100, times: 1, taken: "late" });
    const gone = new AbortController();
    const answer = toy.submit("a cat", {}, { signal: gone.signal });
    await until(() => toy.simulator.submits().length === 1);
    gone.abort();
    await assert.rejects(answer, { name: "AbortError" });
    assert.deepEqual(toy.simulator.tasks(), []);
    await until(() => toy.simulator.tasks().length === 1);
  }));

Deno.test("closing lets those go who wait for a late answer", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "late_answer", ms: 60_000, times: 1, taken: "late" });
    const answer = toy.submit();
    await until(() => toy.simulator.submits().length === 1);
    await toy.simulator.close();
    const { status, body } = await answer;
    await body?.cancel();
    assert.equal(status, 503);
  }));
