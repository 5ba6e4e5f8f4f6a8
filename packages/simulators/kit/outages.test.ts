import assert from "node:assert/strict";
import type { Outage } from "./outage.ts";
import { until } from "./receiver_fixture.ts";
import { type TestToy, withToy } from "./toy_client_fixture.ts";

async function statuses(toy: TestToy, id: string): Promise<number[]> {
  const answers = [await toy.submit(), await fetch(`${toy.simulator.url}/tasks/${id}`)];
  await Promise.all(answers.map(({ body }) => body?.cancel()));
  return answers.map(({ status }) => status);
}

for (
  const [of, during] of [["submits", [503, 200]], ["reads", [200, 503]], ["everything", [503, 503]]] as const
) {
  Deno.test(`an outage of ${of} ends by itself, starts nothing, and leaves tasks and outputs alone`, () =>
    withToy({}, async (toy) => {
      const id = await toy.submitted();
      await toy.ended(id);
      const { outputs: [url = ""] } = await toy.poll(id);
      await toy.simulator.outage({ how: "error", status: 503, of, ms: 150 });
      assert.deepEqual(await statuses(toy, id), during);
      assert.equal(toy.simulator.tasks().length, of === "reads" ? 2 : 1);
      assert.equal((await fetch(url).then(async (r) => (await r.bytes(), r))).status, 200);
      await until(async () => (await statuses(toy, id)).every((status) => status === 200));
    }));
}

Deno.test("refused: nobody listens, tasks live on, and then it is there again at the same address", () =>
  withToy({ taskMs: 50 }, async (toy) => {
    const id = await toy.submitted();
    const back = toy.simulator.outage({ how: "refused", ms: 200 });
    await until(() =>
      fetch(`${toy.simulator.url}/tasks/${id}`).then(async (r) => (await r.text(), false), () => true)
    );
    await assert.rejects(toy.poll(id), TypeError);
    await toy.receiver.got(2);
    await back;
    assert.equal((await toy.poll(id)).status, "succeeded");
  }));

Deno.test("outages come over HTTP too; what is none is refused", () =>
  withToy({}, async (toy) => {
    const post = async (body: unknown) => {
      const url = `${toy.simulator.url}/_simulator/outages`;
      const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
      await response.body?.cancel();
      return response.status;
    };
    const id = await toy.submitted();
    const outage: Outage = { how: "refused", ms: 100 };
    assert.equal(await post({ how: "refused" }), 400);
    assert.equal(await post({ how: "error", status: 200, of: "reads", ms: 1 }), 400);
    assert.equal(await post({ how: "error", status: 502, of: "reads", ms: 60_000 }), 201);
    assert.deepEqual(await statuses(toy, id), [200, 502]);
    assert.equal(await post(outage), 201);
    await until(() => fetch(toy.simulator.url).then(async (r) => (await r.text(), false), () => true));
    await until(() => fetch(toy.simulator.url).then(async (r) => (await r.text(), true), () => false));
  }));

Deno.test("closing in the middle of an outage leaves nothing behind", () =>
  withToy({}, async (toy) => {
    const back = toy.simulator.outage({ how: "refused", ms: 60_000 });
    await toy.simulator.close();
    await back;
  }));
