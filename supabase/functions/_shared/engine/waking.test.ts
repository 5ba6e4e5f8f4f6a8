import assert from "node:assert/strict";
import { databaseError, fakeSupabase } from "./fake_supabase.ts";
import { nextLook, wake } from "./waking.ts";

const project = fakeSupabase();

Deno.test("the next look is told in seconds, for one lane or for all", async () => {
  project.answers.next_look = "00:00:01.5";
  assert.equal(await nextLook("runninghub"), 1.5);
  project.answers.next_look = null;
  assert.equal(await nextLook(), null);
  assert.deepEqual(project.callsOf("next_look"), [{ p_lane: "runninghub" }, {}]);
});

Deno.test("a successor is asked for by lane", async () => {
  await wake("runninghub");
  assert.deepEqual(project.callsOf("wake"), [{ p_lane: "runninghub" }]);
  project.answers = { wake: databaseError(), next_look: databaseError() };
  await assert.rejects(wake("runninghub"), { code: "internal_error" });
  await assert.rejects(nextLook(), { code: "internal_error" });
});
