import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { withHub } from "./runninghub_client_fixture.ts";

const OTHER = "runninghub-simulator-key-0000002";

Deno.test("code 0 is no promise: the status afterwards says what became of the task", () =>
  withHub({ taskMs: 400 }, async (hub) => {
    hub.simulator.misbehave({ times: 1, fault: { kind: "ignores_cancel" } });
    const deaf = await hub.started();
    await until(() => hub.task(deaf).status === "RUNNING");
    assert.equal((await hub.ask("cancel", deaf)).code, 0);
    assert.equal((await hub.ask("status", deaf)).data, "RUNNING");
    assert.deepEqual([(await hub.ended(deaf)).outcome, hub.task(deaf).billed], ["succeeded", 17]);

    hub.simulator.misbehave({ times: 1, fault: { kind: "slow_cancel", ms: 20 } });
    const slow = await hub.started();
    await until(() => hub.task(slow).status === "RUNNING");
    assert.equal((await hub.ask("cancel", slow)).code, 0);
    assert.equal((await hub.ask("status", slow)).data, "RUNNING");
    assert.deepEqual([(await hub.ended(slow)).outcome, hub.task(slow).billed], ["cancelled", 0]);
    assert.equal((await hub.ask("status", slow)).data, "FAILED");
  }));

Deno.test("the limit and the tasks are an account's own", () =>
  withHub({ taskMs: 60_000, concurrency: 1, moreApiKeys: [OTHER] }, async (hub) => {
    const mine = await hub.started();
    assert.equal((await hub.run()).code, 421);
    assert.equal((await hub.run({ apiKey: OTHER })).code, 0);
    assert.equal((await hub.post("/task/openapi/status", { apiKey: OTHER, taskId: mine })).code, 807);
    const counts = hub.simulator.accounts().map((
      { account, alive, mostAlive },
    ) => [account, alive, mostAlive]);
    assert.deepEqual(counts, [[hub.simulator.apiKey, 1, 1], [OTHER, 1, 1]]);
  }));

Deno.test("python_json is in the outputs, and in the string within the webhook", () =>
  withHub({}, async (hub) => {
    hub.simulator.misbehave({ fault: { kind: "python_json" } });
    const taskId = await hub.started({ webhookUrl: hub.receiver.url() });
    const { body } = await hub.receiver.got(1);
    assert.throws(() => JSON.parse(body), SyntaxError);
    const { eventData } = JSON.parse(body.replaceAll(/: -?(NaN|Infinity),/g, ": 1,"));
    assert.equal(JSON.parse(eventData).code, 0);
    const answer = await fetch(`${hub.simulator.url}/task/openapi/outputs`, {
      method: "POST",
      body: JSON.stringify({ apiKey: hub.simulator.apiKey, taskId }),
    });
    await assert.rejects(answer.json(), SyntaxError);
  }));
