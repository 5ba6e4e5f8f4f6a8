import assert from "node:assert/strict";
import { databaseError, fakeSupabase } from "../engine/fake_supabase.ts";
import { messageFor } from "../engine/work_item_fixture.ts";
import { ProviderError } from "../providers/provider.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { BUSY, REFUSED } from "./scripted_provider_fixture.ts";
import { asking } from "./weather.ts";

const logs = recordLogs();
const project = fakeSupabase();
const { item } = messageFor("");
const { item: afterFailures } = messageFor("", { circuit: { failures: 2 } });
const refuse = (error: Error) => () => Promise.reject(error);

Deno.test("an answer is handed on; the circuit hears of it only where there were failures", async () => {
  assert.equal(await asking(item, () => Promise.resolve(7)), 7);
  assert.deepEqual(project.called(), []);
  assert.equal(await asking(afterFailures, () => Promise.resolve(7)), 7);
  assert.deepEqual(project.called(), ["provider_up"]);
});

Deno.test("weather opens the circuit; where we went in vain is for the log alone", async () => {
  logs.length = 0;
  await assert.rejects(asking(item, refuse(REFUSED)), REFUSED);
  const [told] = project.callsOf("provider_down");
  assert.deepEqual(told, { p_lane: "runninghub", p_reason: "The provider could not be reached" });
  assert.match(logs.join(), /10\.0\.0\.5/);
});

Deno.test("a refusal is an answer: whoever refuses is there", async () => {
  await assert.rejects(asking(item, refuse(BUSY)), BUSY);
  assert.deepEqual(project.called(), []);
  await assert.rejects(asking(afterFailures, refuse(BUSY)), BUSY);
  assert.deepEqual(project.called(), ["provider_up"]);
});

Deno.test("what was never sent, not understood, or no matter of the provider's says nothing of the weather", async () => {
  const unsent = new ProviderError({ retryClass: "pause", code: "secret_missing", message: "no key" });
  const odd = new ProviderError({
    retryClass: "backoff",
    code: "malformed_answer",
    message: "odd",
    raw: "<html>",
  });
  for (const error of [unsent, odd, new TypeError("ours")]) {
    await assert.rejects(asking(afterFailures, refuse(error)), error);
  }
  assert.deepEqual(project.called(), []);
});

Deno.test("a circuit that cannot be told costs the job nothing", async () => {
  project.answers = { provider_down: databaseError(), provider_up: databaseError() };
  await assert.rejects(asking(item, refuse(REFUSED)), REFUSED);
  assert.equal(await asking(afterFailures, () => Promise.resolve(7)), 7);
});
