import assert from "node:assert/strict";
import { ZodError } from "zod";
import type { FaultRule } from "./faults.ts";
import { withHub } from "./runninghub_client_fixture.ts";

Deno.test("rules over HTTP strike like rules by call, and can be forgotten", () =>
  withHub({}, async (hub) => {
    const rule = { times: 5, fault: { kind: "submit_code", code: 421, msg: "TASK_QUEUE_MAXED", times: 5 } };
    const added = await hub.postRaw("/_simulator/faults", rule);
    assert.equal(added.status, 201);
    assert.deepEqual(await added.json(), rule);
    assert.equal((await hub.run()).code, 421);
    const forgotten = await fetch(`${hub.simulator.url}/_simulator/faults`, { method: "DELETE" });
    assert.equal(forgotten.status, 204);
    assert.equal((await hub.run()).code, 0);
  }));

Deno.test("something that is not a rule is refused with 400 and says what is wrong", () =>
  withHub({}, async (hub) => {
    const bad: unknown[] = [
      "{",
      {},
      { fault: { kind: "unheard_of" } },
      { fault: { kind: "slow" } },
      { fault: { kind: "slow", ms: -1 } },
      { fault: { kind: "slow", ms: 1, times: 3 } },
      { fault: { kind: "webhook_shape", shape: "round" } },
      { fault: { kind: "duplicate_webhook", copies: 1 } },
      { fault: { kind: "http_error", path: "account", status: 500, times: 1 } },
      { fault: { kind: "http_error", path: "run", status: 200, times: 1 } },
      { fault: { kind: "http_error", path: "status", status: 500, times: 1, accepted: true } },
      { fault: { kind: "lost_webhook" }, time: 1 },
    ];
    for (const rule of bad) {
      const response = await hub.postRaw("/_simulator/faults", rule);
      assert.equal(response.status, 400, JSON.stringify(rule));
      assert.ok((await response.json()).error);
    }
    assert.throws(
      () => hub.simulator.misbehave({ times: 0, fault: { kind: "lost_webhook" } } as FaultRule),
      (error) => error instanceof ZodError,
    );
    assert.equal((await hub.run()).code, 0);
  }));

Deno.test("the tasks can be read over HTTP, ids with all their digits", () =>
  withHub({}, async (hub) => {
    const taskId = await hub.started({ webhookUrl: hub.receiver.url() });
    await hub.ended(taskId);
    await hub.receiver.got(1);
    const [task, ...others] = await (await fetch(`${hub.simulator.url}/_simulator/tasks`)).json();
    assert.deepEqual(others, []);
    assert.equal(task.taskId, taskId);
    assert.deepEqual([task.status, task.outcome], ["SUCCESS", "succeeded"]);
    assert.equal(task.result.sha256, hub.task(taskId).result?.sha256);
  }));
