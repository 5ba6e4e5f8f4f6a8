import assert from "node:assert/strict";
import { until } from "./receiver_fixture.ts";
import { withToy } from "./toy_client_fixture.ts";

async function statusOf(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

Deno.test("http_error on submit starts nothing, unless it was accepted", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "http_error", path: "submit", status: 503, times: 1 });
    toy.under({ kind: "http_error", path: "submit", status: 504, times: 1, accepted: true });
    const counts: number[] = [];
    const statuses: number[] = [];
    for (let n = 0; n < 3; n++) {
      statuses.push(await statusOf(toy.submit()));
      counts.push(toy.simulator.tasks().length);
    }
    assert.deepEqual(statuses, [503, 504, 200]);
    assert.deepEqual(counts, [0, 1, 2]);
  }));

Deno.test("hang on submit never answers; the task runs if it was accepted", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "hang", path: "submit", times: 1 });
    toy.under({ kind: "hang", path: "submit", times: 1, accepted: true });
    const abort = new AbortController();
    const answers = [1, 2].map(() => toy.submit("a cat", {}, { signal: abort.signal }));
    let isAnswered = false;
    for (const answer of answers) answer.then(() => (isAnswered = true)).catch(() => {});
    await until(() => toy.simulator.tasks().length === 1);
    // A round trip to the simulator: by now it would have answered, if it did.
    await statusOf(fetch(`${toy.simulator.url}/tasks/unknown`));
    assert.equal(isAnswered, false);
    abort.abort();
    for (const answer of answers) await assert.rejects(answer, { name: "AbortError" });
    const [task] = toy.simulator.tasks();
    assert.equal((await toy.ended(task?.id ?? "")).status, "succeeded");
    assert.equal(await statusOf(toy.submit()), 200);
  }));

Deno.test("busy refuses as often as it says and starts nothing", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "busy", times: 2 });
    const statuses = [
      await statusOf(toy.submit()),
      await statusOf(toy.submit()),
      await statusOf(toy.submit()),
    ];
    assert.deepEqual(statuses, [429, 429, 200]);
    assert.equal(toy.simulator.tasks().length, 1);
  }));

Deno.test("with `per: text` each job has its own first refusals", () =>
  withToy({}, async (toy) => {
    toy.simulator.misbehave({ contains: "#busy", per: "text", fault: { kind: "busy", times: 1 } });
    const statuses: number[] = [];
    for (const text of ["cat #busy", "dog #busy", "cat #busy", "dog #busy", "bird"]) {
      statuses.push(await statusOf(toy.submit(text)));
    }
    assert.deepEqual(statuses, [429, 429, 200, 200, 200]);
  }));

Deno.test("polls of one job fail below the API, those of another do not", () =>
  withToy({}, async (toy) => {
    toy.simulator.misbehave({
      contains: "red",
      fault: { kind: "http_error", path: "poll", status: 502, times: 2 },
    });
    const [red, blue] = [await toy.submitted("a red cat"), await toy.submitted("a blue cat")];
    const statuses: number[] = [];
    for (const id of [blue, red, red, red]) {
      statuses.push(await statusOf(fetch(`${toy.simulator.url}/tasks/${id}`)));
    }
    assert.deepEqual(statuses, [200, 502, 502, 200]);
  }));

Deno.test("rules come and go over HTTP; what is none is refused and says why", () =>
  withToy({}, async (toy) => {
    const control = `${toy.simulator.url}/_simulator/faults`;
    const post = (rule: unknown) =>
      fetch(control, { method: "POST", body: typeof rule === "string" ? rule : JSON.stringify(rule) });
    const rule = { contains: "cat", fault: { kind: "busy", times: 5 } };
    const added = await post(rule);
    assert.deepEqual([added.status, await added.json()], [201, rule]);
    assert.equal(await statusOf(toy.submit()), 429);
    assert.equal(await statusOf(fetch(control, { method: "DELETE" })), 204);
    assert.equal(await statusOf(toy.submit()), 200);
    const bad = [
      "{",
      {},
      { fault: { kind: "unheard_of" } },
      { fault: { kind: "slow", ms: -1 } },
      { fault: { kind: "lost_webhook" }, time: 1 },
      { per: "text", fault: { kind: "lost_webhook" } },
      { fault: { kind: "hang", path: "poll", times: 1, accepted: true } },
    ];
    for (const rule of bad) {
      const response = await post(rule);
      assert.equal(response.status, 400, JSON.stringify(rule));
      assert.ok((await response.json()).error);
    }
  }));

Deno.test("tasks can be looked up by their texts", () =>
  withToy({}, async (toy) => {
    await toy.submitted("a cat");
    const dog = await toy.submitted("a dog");
    const found = await (await fetch(`${toy.simulator.url}/_simulator/tasks?contains=dog`)).json();
    assert.deepEqual(found.map(({ id, texts }: { id: string; texts: string[] }) => [id, texts]), [[dog, [
      "a dog",
    ]]]);
  }));
