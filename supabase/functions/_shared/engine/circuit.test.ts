import assert from "node:assert/strict";
import { circuitSeconds, providerDown, providerUp } from "./circuit.ts";
import { databaseError, fakeSupabase } from "./fake_supabase.ts";
import { messageFor } from "./work_item_fixture.ts";

const project = fakeSupabase();
const { item } = messageFor("http://127.0.0.1:9");
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const withCircuit = (opened_at: string | null, probe_at: string | null) =>
  circuitSeconds(messageFor("", { circuit: { opened_at, probe_at, failures: 3 } }).item);

Deno.test("the lane is told that its provider is down or up; the reason holds no address", async () => {
  project.answers.provider_down = true;
  assert.equal(await providerDown(item, "no answer from https://10.0.0.5/x"), true);
  await providerUp(item);
  assert.deepEqual(project.callsOf("provider_down"), [{
    p_lane: "runninghub",
    p_reason: "no answer from [address]",
  }]);
  assert.deepEqual(project.callsOf("provider_up"), [{ p_lane: "runninghub" }]);
});

Deno.test("an open circuit is waited for until its probe, a closed one is not", () => {
  assert.equal(withCircuit(null, null), 0);
  assert.equal(withCircuit(inSeconds(-60), inSeconds(-1)), 0, "it is time to probe");
  assert.equal(withCircuit(null, inSeconds(30)), 0);
  const seconds = withCircuit(inSeconds(-1), inSeconds(30));
  assert.ok(seconds > 28 && seconds <= 30);
});

Deno.test("what was begun while the circuit was open is a probe, and waits for nothing", () => {
  const circuit = { opened_at: inSeconds(-60), probe_at: inSeconds(60), failures: 3 };
  const started_at = inSeconds(-1);
  assert.equal(circuitSeconds(messageFor("", { circuit, attempt: { started_at } }).item), 0);
});

Deno.test("every call about a circuit throws when the database does", async () => {
  project.answers = { provider_down: databaseError(), provider_up: databaseError() };
  await assert.rejects(providerDown(item, "x"), { code: "internal_error" });
  await assert.rejects(providerUp(item), { code: "internal_error" });
});
