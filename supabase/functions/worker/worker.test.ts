import assert from "node:assert/strict";
import { errorBody } from "../../../shared/errors/error_body.ts";
import { fakeSupabase } from "../_shared/engine/fake_supabase.ts";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { app } from "./index.ts";

recordLogs();
const project = fakeSupabase();
const runtime = fakeEdgeRuntime();

async function wake(body: BodyInit, apikey = "sb_secret_test") {
  const request = new Request("http://functions.example/worker", {
    method: "POST",
    headers: { apikey },
    body,
  });
  const response = await app.fetch(request);
  return { status: response.status, body: await response.json(), bodyUsed: request.bodyUsed };
}
const codeOf = ({ body }: { body: unknown }) => errorBody.parse(body).error.code;

Deno.test("who wakes the worker is answered before the work is done, which is that of the lane named", async () => {
  const { status, body } = await wake('{"lane":"runninghub"}');
  assert.deepEqual([status, body], [202, { accepted: true }]);
  await runtime.idle();
  assert.deepEqual(new Set(project.callsOf("receive").map(({ p_lane }) => p_lane)), new Set(["runninghub"]));
});

Deno.test("nobody wakes it without a secret key, and nothing of a stranger's body is read", async () => {
  for (const key of ["sb_publishable_test", "", "constructor"]) {
    const { status, bodyUsed } = await wake("x".repeat(2_000_000), key);
    assert.deepEqual([status, bodyUsed], [401, false], key);
  }
  assert.deepEqual(project.called(), []);
});

Deno.test("a body that is too long, not JSON or odd is refused", async () => {
  assert.equal(codeOf(await wake("x".repeat(1024 * 1024 + 1))), "payload_too_large");
  assert.equal(codeOf(await wake("{")), "invalid_json");
  for (
    const body of [
      '{"lane":1}',
      '{"lane":"a\\u0000"}',
      '{"lane":1e999}',
      "[".repeat(500) + "]".repeat(500),
      "null",
    ]
  ) {
    assert.equal(codeOf(await wake(body)), "invalid_input", body.slice(0, 20));
  }
  assert.deepEqual(project.called(), []);
});
