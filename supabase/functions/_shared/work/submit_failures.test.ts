/** Submits that went wrong: what becomes of the job, and what is left for later. */
import assert from "node:assert/strict";
import { databaseError, fakeSupabase } from "../engine/fake_supabase.ts";
import { API_KEY, type Differences, messageFor, PHOTO, TOKEN } from "../engine/work_item_fixture.ts";
import { PNG } from "../files/png_fixture.ts";
import { obligingRunningHub, WITHOUT_FILES } from "../providers/runninghub/fake_runninghub.ts";
import { nobodysUrl, recordLogs } from "../runtime/fake_runtime.ts";
import { submitMessage } from "./submit.ts";

const logs = recordLogs();
const project = fakeSupabase();
/** A RunningHub that takes everything, and the user's photo. */
function ready() {
  project.files.set(PHOTO, { bytes: PNG, contentType: "image/png" });
  return obligingRunningHub();
}
const submit = (url: string, differences?: Differences) => submitMessage(messageFor(url, differences));

Deno.test("a submit that RunningHub turned down is failed with its class, code and words", async () => {
  await using hub = ready();
  hub.answer("run", { code: 421, msg: "TASK_QUEUE_MAXED", data: null }, {
    code: 433,
    msg: "VALIDATE_PROMPT_FAILED",
    data: null,
  });
  await submit(hub.url);
  await submit(hub.url);
  assert.deepEqual(project.failures(), [["wait", "421"], ["never", "433"]]);
  const [first] = project.callsOf("attempt_failed");
  assert.deepEqual(first?.p_raw, { code: 421, msg: "TASK_QUEUE_MAXED", data: null });
  assert.equal(first?.p_msg_id, 7);
});

Deno.test("a connection that was refused is tried again", async () => {
  await submit(nobodysUrl(), { toolSettings: WITHOUT_FILES });
  assert.deepEqual(project.failures(), [["wait", "unreachable"]]);
});

Deno.test("a file that RunningHub turned down fails the attempt before any submit", async () => {
  await using hub = ready();
  hub.answer("upload", { code: 809, msg: "APIKEY_FILE_SIZE_EXCEEDED", data: null });
  await submit(hub.url);
  assert.deepEqual(project.failures(), [["never", "809"]]);
  assert.equal(hub.asked("run").length, 0);
});

Deno.test("an account without a key is paused", async () => {
  await using hub = ready();
  await submit(hub.url, { account: { api_key: null } });
  assert.deepEqual(project.failures(), [["pause", "secret_missing"]]);
  assert.equal(hub.requests.length, 0);
});

Deno.test("an input that is gone will not come back: the job fails", async () => {
  await using hub = ready();
  project.files.clear();
  await submit(hub.url);
  assert.equal(project.failures()[0]?.[0], "never");
  assert.equal(hub.asked("run").length, 0);
});

Deno.test("when the database fails, the message is left for later and the task is not lost from sight", async () => {
  await using hub = ready();
  project.answers.checkpoint = databaseError();
  await assert.rejects(submit(hub.url), { code: "internal_error" });
  assert.equal(hub.asked("run").length, 0, "no submit without a checkpoint");
  project.answers = { submitted: databaseError() };
  await assert.rejects(submit(hub.url), { code: "internal_error" });
  assert.equal(hub.asked("run").length, 1);
  assert.deepEqual(project.failures(), []);
});

Deno.test("a lane whose provider does not exist is the operator's mistake, and costs no job", async () => {
  const message = messageFor("http://127.0.0.1:9");
  await assert.rejects(
    submitMessage({ ...message, item: { ...message.item, provider: "nobody" } }),
    /nobody/,
  );
  assert.deepEqual(project.called(), []);
});

Deno.test("no line of the log holds the key or the token", async () => {
  await using hub = ready();
  logs.length = 0;
  await submit(hub.url);
  hub.answer("run", { code: 433, msg: `bad key ${API_KEY}`, data: { url: TOKEN } });
  await submit(hub.url);
  assert.ok(logs.length >= 3);
  for (const line of logs) assert.doesNotMatch(line, new RegExp(`${API_KEY}|${TOKEN}`));
});
