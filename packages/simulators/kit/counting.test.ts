import assert from "node:assert/strict";
import { until } from "./receiver_fixture.ts";
import { withToy } from "./toy_client_fixture.ts";

const as = (account: string) => ({ headers: { authorization: account } });

Deno.test("each account's tasks are counted: alive now, at the most, ever, and what they cost", () =>
  withToy({ taskMs: 60_000 }, async (toy) => {
    const ids: string[] = [];
    for (const account of ["one", "one", "other"]) {
      ids.push((await (await toy.submit("a cat", {}, as(account))).json()).id);
    }
    const [first, second] = ids;
    await fetch(`${toy.simulator.url}/tasks/${first}`, { method: "DELETE", ...as("one") });
    toy.under({ kind: "slow", ms: 0 });
    const third = (await (await toy.submit("a dog", {}, as("one"))).json()).id;
    await toy.ended(third);
    const unit = "coins";
    const one = { account: "one", alive: 1, mostAlive: 2, tasks: 3, billed: 5, unit };
    const other = { account: "other", alive: 1, mostAlive: 1, tasks: 1, billed: 0, unit };
    assert.deepEqual(toy.simulator.accounts(), [one, other]);
    assert.deepEqual(await (await fetch(`${toy.simulator.url}/_simulator/accounts`)).json(), [one, other]);
    assert.deepEqual([first, second, third].map((id = "") => toy.view(id).billed), [0, 0, 5]);
  }));

Deno.test("an account sees its own tasks alone", () =>
  withToy({}, async (toy) => {
    const { id } = await (await toy.submit("a cat", {}, as("one"))).json();
    const asked = await Promise.all(["one", "other"].map(async (account) => {
      const response = await fetch(`${toy.simulator.url}/tasks/${id}`, as(account));
      await response.body?.cancel();
      return response.status;
    }));
    assert.deepEqual(asked, [200, 404]);
    assert.equal(toy.view(id).account, "one");
  }));

Deno.test("every submit is noted, with the task that it started and what it was answered", () =>
  withToy({}, async (toy) => {
    toy.simulator.misbehave({ contains: "cat", fault: { kind: "busy", times: 1 } });
    toy.under({ kind: "http_error", path: "submit", status: 503, times: 1, accepted: true });
    for (const text of ["a cat", "a cat", "a dog"]) await (await toy.submit(text)).body?.cancel();
    await until(() => toy.simulator.submits().every(({ status }) => status !== null));
    const [{ id } = { id: "" }] = toy.simulator.tasks();
    const noted = toy.simulator.submits().map(({ texts, status, taskId }) => [texts[0], status, taskId]);
    assert.deepEqual(noted, [["a cat", 503, null], ["a cat", 200, id], ["a dog", 200, "2"]]);
    const shown = await (await fetch(`${toy.simulator.url}/_simulator/submits?contains=dog`)).json();
    assert.deepEqual(shown.map(({ taskId }: { taskId: string }) => taskId), ["2"]);
  }));
