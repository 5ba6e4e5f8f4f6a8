import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { type Differences, messageFor, PHOTO, TOKEN } from "../engine/work_item_fixture.ts";
import { USER } from "../files/paths_fixture.ts";
import { PNG } from "../files/png_fixture.ts";
import type { Provider } from "../providers/provider.ts";
import {
  obligingRunningHub,
  TAKEN,
  TASK_ID,
  WITHOUT_FILES,
} from "../providers/runninghub/fake_runninghub.ts";
import { jsonOf, recordLogs, rudeServer } from "../runtime/fake_runtime.ts";
import { scriptedProvider, TAKEN as TASK } from "./scripted_provider_fixture.ts";
import { submitMessage } from "./submit.ts";

recordLogs();
const project = fakeSupabase();
const past = () => new Date(Date.now() - 1000).toISOString();
/** A RunningHub that takes everything, and the user's photo. */
function ready() {
  project.files.set(PHOTO, { bytes: PNG, contentType: "image/png" });
  return obligingRunningHub();
}
const submit = (url: string, differences?: Differences) => submitMessage(messageFor(url, differences));

Deno.test("a job is handed over: file, checkpoint, submit, and the task told with the acknowledgement", async () => {
  await using hub = ready();
  let before: string[] = [];
  hub.answer("run", () => {
    before = project.called();
    return Response.json(TAKEN);
  });
  await submit(hub.url);
  assert.deepEqual(before, ["checkpoint"], "the checkpoint is kept before the submit");
  const [checkpoint] = project.callsOf("checkpoint");
  assert.deepEqual(checkpoint?.p_checkpoint, { files: { image: ["api/1f2e.png"] } });
  assert.deepEqual(checkpoint?.p_terms, { resubmit: "reconcile_only", can_stop: true });
  assert.deepEqual([checkpoint?.p_queue, checkpoint?.p_msg_id], ["runninghub_queue", 7], "leased anew");
  const [sent] = hub.asked("run").map(jsonOf);
  assert.equal((sent?.nodeInfoList as { fieldValue: string }[])[0]?.fieldValue, "api/1f2e.png");
  assert.equal(
    sent?.webhookUrl,
    `${project.url}/functions/v1/runninghub-webhook/0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f/${TOKEN}`,
  );
  assert.deepEqual(project.called(), ["checkpoint", "submitted"]);
  const [submitted] = project.callsOf("submitted");
  assert.equal(submitted?.p_external_id, TASK_ID);
  assert.deepEqual([submitted?.p_queue, submitted?.p_msg_id], ["runninghub_queue", 7]);
  assert.equal(hub.asked("cancel").length, 0);
});

Deno.test("a file that an earlier worker handed over is not handed over again", async () => {
  await using hub = ready();
  await submit(hub.url, {
    readCount: 2,
    attempt: { phase: "preparing", checkpoint: { files: { image: ["api/old.png"] } } },
  });
  assert.equal(hub.asked("upload").length, 0);
  const [sent] = hub.asked("run").map(jsonOf);
  assert.equal((sent?.nodeInfoList as { fieldValue: string }[])[0]?.fieldValue, "api/old.png");
});

Deno.test("a tool without files needs no upload, but the checkpoint all the same", async () => {
  await using hub = ready();
  await submit(hub.url, { toolSettings: WITHOUT_FILES });
  assert.deepEqual(hub.requests.map(({ path }) => path), ["/task/openapi/ai-app/run"]);
  assert.deepEqual(project.called(), ["checkpoint", "submitted"]);
});

Deno.test("an attempt that is no longer current is not submitted", async () => {
  await using hub = ready();
  project.answers.checkpoint = false;
  await submit(hub.url);
  assert.equal(hub.asked("run").length, 0);
  assert.deepEqual(project.called(), ["checkpoint"]);
});

// Never twice -----------------------------------------------------------------------------------------------------

Deno.test("when a worker died while it submitted, nothing is submitted again: its webhook is waited for", async () => {
  await using hub = ready();
  await submit(hub.url, { readCount: 2, attempt: { phase: "submitting" } });
  assert.equal(hub.requests.length, 0);
  assert.deepEqual(project.called(), ["defer"]);
  const seconds = parseInt(String(project.callsOf("defer")[0]?.p_delay));
  assert.ok(seconds > 590 && seconds <= 600, "until the deadline");
});

Deno.test("when no webhook came by the deadline, SQL is told that nobody will know, and nothing is submitted", async () => {
  await using hub = ready();
  const job = { deadline_at: past() };
  await submit(hub.url, { readCount: 3, job, attempt: { phase: "submitting" } });
  assert.deepEqual(project.called(), ["submit_unknown"]);
  project.calls.length = 0;
  project.answers.submit_unknown = "known"; // heard of since it was read
  await submit(hub.url, { readCount: 3, job, attempt: { phase: "submitting" } });
  assert.deepEqual(project.called(), ["submit_unknown", "defer"]);
  assert.equal(project.callsOf("defer")[0]?.p_delay, "2 seconds");
  assert.equal(hub.requests.length, 0);
});

Deno.test("a task that is known already is acknowledged", async () => {
  await using hub = ready();
  for (const phase of ["submitted", "settling", "produced"] as const) {
    project.calls.length = 0;
    await submit(hub.url, { readCount: 2, attempt: { phase, external_id: TASK_ID } });
    assert.deepEqual(project.called(), ["submitted"]);
    const [submitted] = project.callsOf("submitted");
    assert.deepEqual([submitted?.p_external_id, submitted?.p_msg_id], [TASK_ID, 7]);
  }
  assert.equal(hub.requests.length, 0);
});

// A webhook that names no task moves the attempt from submitting to settling; RunningHub has the task all the same.
Deno.test("an attempt that a webhook has reached is left to settling, though the task's id is not known", async () => {
  await using hub = ready();
  await submit(hub.url, { readCount: 2, attempt: { phase: "settling" } });
  await submit(hub.url, { readCount: 2, attempt: { phase: "submitting", word: "failed" } });
  assert.equal(hub.requests.length, 0);
  assert.deepEqual(project.called(), ["acknowledge", "acknowledge"]);
});

Deno.test("a submit in doubt is left to its webhook, neither failed nor repeated", async () => {
  await using hub = ready();
  const job = { deadline_at: null }; // the checkpoint sets it
  await using hangsUp = rudeServer("hangs up");
  hub.answer("run", new Response("<html>", { status: 502 }));
  await submit(hub.url, { job });
  await submit(hangsUp.url, { job, toolSettings: WITHOUT_FILES });
  hub.answer("run", { code: 500, msg: "UNKNOWN_ERROR", data: null });
  await submit(hub.url, { job });
  assert.deepEqual(project.callsOf("defer").map(({ p_delay }) => p_delay), Array(3).fill("60 seconds"));
  assert.deepEqual(project.failures(), []);
  assert.equal(hub.asked("run").length, 2);
});

Deno.test("a submit is given up before its lease ends, so that no other can be under way beside it", async () => {
  const { provider, signals } = scriptedProvider({ submits: [TASK] });
  const message = messageFor("", { toolSettings: WITHOUT_FILES });
  message.item.lease_seconds = 0.2;
  await submitMessage(message, provider);
  const [signal] = signals;
  assert.equal(signal?.aborted, false);
  await new Promise((resolve) => signal?.addEventListener("abort", resolve));
});

// Too late --------------------------------------------------------------------------------------------------------

Deno.test("a task of a job that has ended meanwhile is told all the same: the outbox stops it", async () => {
  await using hub = ready();
  for (const status of ["cancelled", "failed"]) {
    project.answers.submitted = status;
    await submit(hub.url);
  }
  assert.equal(project.callsOf("submitted").length, 2);
  assert.equal(hub.asked("cancel").length, 0);
});

Deno.test("what an answer adds to the checkpoint is kept for whoever settles or stops the task", async () => {
  const checkpoint = { urls: { cancel: "https://a.example/cancel" } };
  const { provider } = scriptedProvider({ submits: [{ ...TASK, checkpoint }] });
  await submitMessage(messageFor("", { toolSettings: WITHOUT_FILES }), provider);
  assert.deepEqual(project.callsOf("submitted")[0]?.p_checkpoint, checkpoint);
});

Deno.test("a job that a webhook completed meanwhile is let be", async () => {
  await using hub = ready();
  project.answers.submitted = "completed";
  await submit(hub.url);
  assert.equal(hub.asked("cancel").length, 0);
});

// Files -----------------------------------------------------------------------------------------------------------

Deno.test("a provider that takes no uploads reads the files at signed addresses, in their order", async () => {
  for (const name of ["a.png", "b.png"]) {
    project.files.set(`inputs/${USER}/${name}`, { bytes: PNG, contentType: "image/png" });
  }
  const given: Record<string, string[]>[] = [];
  const provider: Provider = {
    name: "runninghub",
    resubmit: "reconcile_only",
    prepare: (_, { files }) => {
      given.push(files);
      return { send: () => Promise.resolve({ externalId: TASK_ID, raw: {}, details: {} }) };
    },
    parse: () => assert.fail(),
    fetchOutcome: () => assert.fail(),
  };
  const toolSettings = { files: { images: { types: ["image/png"], max_bytes: 99, max_count: 2 } } };
  const message = messageFor(project.url, {
    toolSettings,
    job: { input: { images: [`${USER}/a.png`, `${USER}/b.png`] } },
  });
  await submitMessage(message, provider);
  const copies = project.callsOf("hand_over")[0]?.p_handed as Record<string, string>;
  const addresses = ["a.png", "b.png"].map((name) =>
    `${project.url}/storage/v1/object/signed/handed/${copies[`${USER}/${name}`]}`
  );
  assert.deepEqual(given, [{ images: addresses }], "of copies, that no user can change");
  // Whoever has an address can read the file: that there are two of them is all that is kept.
  const [checkpoint] = project.callsOf("checkpoint").map(({ p_checkpoint }) => p_checkpoint);
  assert.deepEqual(checkpoint, { files: { images: ["", ""] } });

  message.item.handed = copies;
  message.item.attempt.checkpoint = checkpoint as typeof message.item.attempt.checkpoint;
  await submitMessage(message, provider);
  assert.deepEqual(given[1], given[0], "whoever does it again has them signed again");
  assert.equal(project.callsOf("hand_over").length, 1, "and copies nothing again");

  await submitMessage(
    messageFor(project.url, { toolSettings, job: { input: { images: [`${USER}/gone.png`] } } }),
    provider,
  );
  assert.deepEqual(project.failures(), [["never", "input_gone"]]);

  project.calls.length = 0;
  const elsewhere = messageFor(project.url, {
    toolSettings,
    job: { input: { images: [`${USER}/../a.png`] } },
  });
  await submitMessage(elsewhere, provider);
  assert.deepEqual(
    project.failures(),
    [["never", "file_not_found"]],
    "a path of an earlier time is not followed",
  );
});
