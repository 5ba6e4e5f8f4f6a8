import assert from "node:assert/strict";
import { withKie } from "./kie_client_fixture.ts";

Deno.test("what succeeds costs credits, what fails does not; nothing can be stopped", () =>
  withKie({}, async (kie) => {
    await kie.ended(await kie.created());
    await kie.ended(await kie.createdUnder({ kind: "fail" }));
    const [account] = kie.simulator.accounts();
    assert.deepEqual([account?.tasks, account?.billed, account?.unit], [2, 100, "credits"]);
    const rule = { fault: { kind: "ignores_cancel" } } as never;
    assert.throws(() => kie.simulator.misbehave(rule));
  }));

Deno.test("another account's task is not there", () =>
  withKie({ moreApiKeys: ["other"] }, async (kie) => {
    const id = await kie.created();
    const headers = { authorization: "Bearer other" };
    const answer = await kie.fetch(`/api/v1/jobs/recordInfo?taskId=${id}`, { headers });
    assert.equal((await answer.json()).code, 422);
    assert.equal((await kie.record(id)).taskId, id);
  }));

Deno.test("python_json is in the record, and in the text that is its result", () =>
  withKie({}, async (kie) => {
    const id = await kie.createdUnder({ kind: "python_json" });
    await kie.ended(id);
    const text = await (await kie.fetch(`/api/v1/jobs/recordInfo?taskId=${id}`)).text();
    assert.throws(() => JSON.parse(text), SyntaxError);
    const { data } = JSON.parse(text.replaceAll(/: -?(NaN|Infinity),/g, ": 1,"));
    assert.equal(JSON.parse(data.resultJson).resultUrls.length, 1);
  }));
