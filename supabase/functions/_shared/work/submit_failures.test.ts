/** Submits that went wrong: what becomes of the job, and what is left for later. */
import assert from "node:assert/strict";
import { databaseError, fakeSupabase } from "../engine/fake_supabase.ts";
import { API_KEY, type Differences, messageFor, PHOTO, TOKEN } from "../engine/work_item_fixture.ts";
import { PNG } from "../files/png_fixture.ts";
import { ProviderError } from "../providers/provider.ts";
import { obligingRunningHub, WITHOUT_FILES } from "../providers/runninghub/fake_runninghub.ts";
import { nobodysUrl, recordLogs } from "../runtime/fake_runtime.ts";
import { BUSY, REFUSED, scriptedProvider, TAKEN } from "./scripted_provider_fixture.ts";
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

Deno.test("a connection that was refused is weather: the job waits, no attempt is used, the circuit hears of it", async () => {
  await submit(nobodysUrl(), { toolSettings: WITHOUT_FILES });
  assert.deepEqual(project.failures(), [["wait", "unreachable"]]);
  assert.deepEqual(project.called(), ["checkpoint", "provider_down", "attempt_failed"]);
});

Deno.test("a file that cannot be handed over for the weather costs nothing either, and no submit is begun", async () => {
  const { provider } = scriptedProvider({});
  project.files.set(PHOTO, { bytes: PNG, contentType: "image/png" });
  await submitMessage(messageFor(""), { ...provider, upload: () => Promise.reject(REFUSED) });
  assert.deepEqual(project.failures(), [["wait", "unreachable"]]);
  assert.deepEqual(project.called(), ["provider_down", "attempt_failed"]);
});

Deno.test("a request that cannot be built pauses the account before any submit is begun", async () => {
  const error = new ProviderError({ retryClass: "pause", code: "misconfigured", message: "odd key" });
  const { provider, asked } = scriptedProvider({ prepare: [error] });
  await submitMessage(messageFor("", { toolSettings: WITHOUT_FILES }), provider);
  assert.deepEqual([asked, project.called()], [[], ["attempt_failed"]]);
  assert.deepEqual(project.failures(), [["pause", "misconfigured"]]);
});

Deno.test("a refusal that is not of the only submit leaves the attempt in doubt", async () => {
  const { provider } = scriptedProvider({ resubmit: "idempotent", submits: [BUSY] });
  project.answers.attempt_failed = "in_doubt";
  const attempt = { phase: "submitting", submits: 1 } as const;
  await submitMessage(messageFor("", { toolSettings: WITHOUT_FILES, attempt }), provider);
  assert.deepEqual(project.called(), ["checkpoint", "attempt_failed", "defer"]);
  assert.equal(project.callsOf("defer")[0]?.p_delay, "120 seconds");
});

Deno.test("a message that was leased while the circuit is open waits for its probe, unless it is one", async () => {
  const circuit = {
    opened_at: new Date(Date.now() - 1000).toISOString(),
    probe_at: new Date(Date.now() + 30_000).toISOString(),
    failures: 3,
  };
  const { provider, asked } = scriptedProvider({ submits: [TAKEN] });
  await submitMessage(messageFor("", { toolSettings: WITHOUT_FILES, circuit }), provider);
  assert.deepEqual([asked, project.called()], [[], ["defer"]]);
  assert.equal(project.callsOf("defer")[0]?.p_delay, "30 seconds");
  project.calls.length = 0;
  const attempt = { started_at: new Date().toISOString() };
  await submitMessage(messageFor("", { toolSettings: WITHOUT_FILES, circuit, attempt }), provider);
  assert.deepEqual(project.called(), ["checkpoint", "provider_up", "submitted"]);
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
