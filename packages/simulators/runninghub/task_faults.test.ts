import assert from "node:assert/strict";
import { withHub } from "./runninghub_client_fixture.ts";

Deno.test("slow: the task takes the time of the fault instead of the usual one", () =>
  withHub({ taskMs: 60_000 }, async (hub) => {
    hub.simulator.misbehave({ times: 1, fault: { kind: "slow", ms: 100 } });
    const slow = await hub.started();
    const usual = await hub.started();
    const { createdAt, endedAt } = await hub.ended(slow);
    assert.ok(endedAt && endedAt.getTime() - createdAt.getTime() >= 98);
    assert.equal(hub.task(usual).endedAt, null);
  }));

Deno.test("fail: code, message, exception and node are those of the fault", () =>
  withHub({}, async (hub) => {
    const fault = { kind: "fail", exceptionMessage: "stale file handle" } as const;
    hub.simulator.misbehave({ times: 1, fault });
    hub.simulator.misbehave({
      fault: { ...fault, code: 1015, exceptionType: "OSError", nodeName: "LoadImage" },
    });
    const plain = await hub.ended(await hub.started());
    const special = await hub.ended(await hub.started());
    assert.deepEqual([plain.status, plain.failure?.code], ["FAILED", 805]);
    assert.equal(plain.failure?.failedReason.exception_message, "stale file handle");
    assert.equal(plain.failure?.failedReason.node_name, "KSampler");
    const outputs = await hub.ask("outputs", special.taskId);
    assert.equal(outputs.code, 1015);
    assert.deepEqual(outputs.data, { failedReason: special.failure?.failedReason });
    assert.equal(special.failure?.failedReason.exception_type, "OSError");
    assert.equal(special.failure?.failedReason.node_name, "LoadImage");
  }));

Deno.test("http_error strikes status and outputs as often as it says, by what the task is about", () =>
  withHub({}, async (hub) => {
    const { apiKey } = hub.simulator;
    const struck = await hub.started({ webhookUrl: hub.receiver.url("/struck") });
    const spared = await hub.started();
    for (const path of ["status", "outputs"] as const) {
      hub.simulator.misbehave({
        contains: "/struck",
        fault: { kind: "http_error", path, status: 500, times: 2 },
      });
      const statuses: number[] = [];
      for (const taskId of [spared, struck, struck, struck]) {
        const response = await hub.postRaw(`/task/openapi/${path}`, { apiKey, taskId });
        await response.body?.cancel();
        statuses.push(response.status);
      }
      assert.deepEqual(statuses, [200, 500, 500, 200]);
    }
    await hub.receiver.got(1);
  }));

Deno.test("`times` of the rule limits `times` of the fault", () =>
  withHub({}, async (hub) => {
    hub.simulator.misbehave({ times: 1, fault: { kind: "submit_code", code: 421, msg: "", times: 5 } });
    assert.deepEqual([(await hub.run()).code, (await hub.run()).code], [421, 0]);
  }));

Deno.test("a task shows which faults it carries, and keeps them when the rules are forgotten", () =>
  withHub({ taskMs: 60_000 }, async (hub) => {
    hub.simulator.misbehave({ fault: { kind: "slow", ms: 20 } });
    hub.simulator.misbehave({ fault: { kind: "fail", exceptionMessage: "no" } });
    const struck = await hub.started();
    hub.simulator.behave();
    const spared = await hub.started();
    assert.deepEqual(hub.task(struck).faults, ["slow", "fail"]);
    assert.deepEqual(hub.task(spared).faults, []);
    assert.equal((await hub.ended(struck)).status, "FAILED");
  }));
