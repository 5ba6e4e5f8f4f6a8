import assert from "node:assert/strict";
import { fakeSupabase, refusal } from "../../engine/fake_supabase.ts";
import { publicationMessage } from "../../engine/publication_fixture.ts";
import { recordLogs } from "../../runtime/fake_runtime.ts";
import { publishOne } from "./publish_one.ts";

const logs = recordLogs();
const project = fakeSupabase();
const JOB = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";

Deno.test("one publication is worked on, and what that starts is followed", async () => {
  project.answers.receive_publication = [publicationMessage({ job: { tool: "upscaler" } })];
  assert.equal(await publishOne(JOB), true);
  assert.deepEqual(project.callsOf("receive_publication"), [{ p_job_id: JOB }]);
  assert.equal(project.callsOf("publication_failed").length, 1, "no publication, and told as such");
  assert.deepEqual(project.callsOf("receive").map(({ p_lane }) => p_lane), ["publication"]);
});

Deno.test("one that waits, or has ended, is nothing to work on; one that is not there is refused", async () => {
  project.answers.receive_publication = [];
  assert.equal(await publishOne(JOB), false);
  project.answers.receive_publication = refusal(404, "not_found", "There is no such publication.", "job_id");
  await assert.rejects(publishOne(JOB), { code: "not_found", status: 404 });
});

Deno.test("what breaks keeps its lease, and is heard of", async () => {
  project.answers.receive_publication = [publicationMessage()];
  project.answers.platform_app = Response.json({ message: "out of order", code: "XX000" }, { status: 500 });
  assert.equal(await publishOne(JOB), true);
  assert.ok(logs.some((line) => line.startsWith("[publish one]")));
  assert.equal(project.callsOf("publication_failed").length, 0);
});

Deno.test("a platform without an app is paused, and nobody's publication fails for it", async () => {
  project.answers.receive_publication = [publicationMessage()];
  project.answers.platform_app = refusal(503, "misconfigured", "No app is registered at x");
  assert.equal(await publishOne(JOB), true);
  const [{ p_failure } = { p_failure: {} }] = project.callsOf("publication_failed");
  const { class: failureClass, scope, code } = p_failure as Record<string, unknown>;
  assert.deepEqual([failureClass, scope, code], ["pause", "platform", "misconfigured"]);
});
