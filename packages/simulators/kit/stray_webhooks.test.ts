import assert from "node:assert/strict";
import { withToy } from "./toy_client_fixture.ts";

for (const says of ["succeeded", "failed"] as const) {
  Deno.test(`stray_webhook: while the task runs, one comes that says another has ${says}`, () =>
    withToy({ taskMs: 200 }, async (toy) => {
      toy.under({ kind: "stray_webhook", says });
      const id = await toy.submitted();
      await toy.receiver.got(3);
      const told = toy.told();
      const stray = told.find((one) => one.id !== id);
      assert.equal(stray?.status, says);
      assert.equal(toy.view(stray.id === id ? "" : id).status, "succeeded");
      assert.deepEqual(told.filter((one) => one.id === id).map(({ status }) => status), [
        "running",
        "succeeded",
      ]);
      assert.deepEqual(
        toy.view(id).webhooks.filter(({ names }) => names !== id).map(({ status }) => status),
        [says],
      );
      assert.equal(toy.simulator.tasks().length, 1);
      if (says === "failed") return;
      const file = await fetch(stray.outputs[0] ?? "");
      assert.equal(file.status, 200);
      await file.body?.cancel();
    }));
}
