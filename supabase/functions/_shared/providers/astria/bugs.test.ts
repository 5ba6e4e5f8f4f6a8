/** Mistakes that others have made with providers like this one (known-bugs.md), and that they are not made here. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../../engine/fake_supabase.ts";
import type { Message } from "../../engine/work_item.ts";
import type { Differences } from "../../engine/work_item_fixture.ts";
import { jsonOf, recordLogs } from "../../runtime/fake_runtime.ts";
import { workOnCancel } from "../../work/cancels.ts";
import { settleMessage } from "../../work/settle.ts";
import { submitMessage } from "../../work/submit.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";
import { astria } from "./astria.ts";
import {
  fakeAstria,
  minutesFromNow,
  PICTURES,
  TITLE,
  trainingFor,
  TUNE_ID,
  tuneWith,
} from "./fake_astria.ts";

const lines = recordLogs();
const project = fakeSupabase();

const messageOf = (url: string, differences: Differences = {}): Message => ({
  queue: "astria_queue",
  msg_id: 7,
  read_count: 1,
  item: trainingFor(url, {
    ...differences,
    attempt: { checkpoint: { files: { images: PICTURES } }, ...differences.attempt },
  }),
});
const submittedOf = (url: string) =>
  messageOf(url, { attempt: { phase: "submitted", external_id: TUNE_ID } });
const inDoubt = (url: string) =>
  messageOf(url, {
    attempt: {
      phase: "submitting",
      checkpoint: { files: { images: PICTURES } },
      started_at: minutesFromNow(-1),
    },
  });

Deno.test("a submit whose answer was lost makes no second tune where the first one is listed", async () => {
  await using server = fakeAstria();
  server.answer("list", [tuneWith({ id: 9, title: "other" }), tuneWith()], []);
  await submitMessage(inDoubt(server.url));
  assert.equal(server.asked("submit").length, 0);
  assert.deepEqual(project.callsOf("submitted").map(({ p_external_id }) => p_external_id), [TUNE_ID]);
});

Deno.test("one that is not listed is submitted again under the title that Astria may know it by", async () => {
  await using server = fakeAstria();
  server.answer("list", []);
  server.answer("submit", Response.json(tuneWith(), { status: 201 }));
  await submitMessage(inDoubt(server.url));
  const [request] = server.asked("submit");
  assert.equal((jsonOf(request!).tune as { title: string }).title, TITLE);
});

Deno.test("a time-out of the gateway costs no attempt and fails nothing: it is waited for a minute", async () => {
  await using server = fakeAstria();
  server.answer("submit", new Response("<html>504</html>", { status: 504 }));
  await submitMessage(messageOf(server.url));
  assert.deepEqual(project.failures(), []);
  assert.equal(project.callsOf("defer")[0]?.p_delay, "60 seconds");
});

Deno.test("a callback that says trained completes nothing while Astria says otherwise", async () => {
  await using server = fakeAstria();
  for (const trained_at of [null, "", false, {}, undefined]) {
    server.answer("get", tuneWith({ started_training_at: minutesFromNow(-1), trained_at }));
    await settleMessage(submittedOf(server.url), "succeeded");
  }
  server.answer("get", new Response("{}", { status: 200 }));
  await settleMessage(submittedOf(server.url), "succeeded");
  assert.deepEqual(project.called(), Array(6).fill("defer"));
});

Deno.test("a trained model completes its job without a file, twice without harm", async () => {
  await using server = fakeAstria();
  server.answer("get", tuneWith({ trained_at: "2026-11-20T12:32:40.363Z" }));
  await settleMessage(submittedOf(server.url), "succeeded");
  project.answers.complete = "duplicate";
  await settleMessage(submittedOf(server.url), "succeeded");
  assert.deepEqual(project.called(), ["produced", "complete", "produced", "complete"]);
  const { p_output, p_output_url } = project.callsOf("complete")[0] ?? {};
  assert.equal(p_output_url, undefined);
  assert.equal((p_output as { data: { model_url: string } }).data.model_url, TUNE_ID);
});

Deno.test("an id of 19 digits is asked for, and is the model's, to the last digit", async () => {
  await using server = fakeAstria();
  const id = "1904163390028185602";
  const trained = JSON.stringify(tuneWith({ trained_at: "2026-11-20T12:32:40.363Z" })).replace(TUNE_ID, id);
  server.answer("get", () => new Response(trained));
  const outcome = await astria.fetchOutcome(trainingFor(server.url), id);
  assert.equal(server.requests[0]?.path, `/tunes/${id}`);
  assert.equal(outcome.state === "succeeded" && outcome.data?.model_url, id);
});

Deno.test("a refusal is classified by its status, whatever words are in it", async () => {
  await using server = fakeAstria();
  const words: [number, string, string][] = [
    [422, "internal error 500, try again: 429 rate limit", "never"],
    [429, "invalid: 422, do not retry", "wait"],
    [402, "504 gateway time-out", "pause"],
  ];
  for (const [status, error, retryClass] of words) {
    server.answer("submit", Response.json({ error }, { status }));
    await assert.rejects(
      submitBy(astria, trainingFor(server.url), { callbackUrl: "https://x", files: {} }),
      (thrown: unknown) => thrown instanceof ProviderError && thrown.failure.retryClass === retryClass,
    );
  }
});

Deno.test("a training that was cancelled while it was submitted is deleted, but never the model that the job has", async () => {
  await using server = fakeAstria();
  server.answer("delete", new Response(null, { status: 204 }));
  const { item } = submittedOf(server.url);
  const cancel = { asked_at: null, tries: 1, is_sender_gone: true, accepted_id: null, nones: 0 };
  await workOnCancel({ ...item, cancel: { ...cancel, accepted_id: TUNE_ID } });
  assert.equal(server.requests.length, 0);
  await workOnCancel({ ...item, cancel });
  assert.equal(server.asked("delete").length, 1);
});

Deno.test("neither token nor key nor a picture's signature are in the log or in what is kept of an answer", async () => {
  await using server = fakeAstria();
  lines.length = 0;
  const message = messageOf(server.url);
  const { token } = message.item.attempt;
  const secrets = [token, message.item.account.api_key ?? "", "eyJh.eyJi.sig"];
  server.answer(
    "submit",
    (request) => Response.json({ ...tuneWith(), echoed: [jsonOf(request), secrets] }, { status: 201 }),
  );
  await submitMessage(message);
  server.answer("submit", () => Response.json({ error: `wrong: ${secrets}` }, { status: 422 }));
  await submitMessage(message);
  const kept = JSON.stringify([
    lines,
    project.callsOf("submitted").map(({ p_raw }) => p_raw),
    project.callsOf("attempt_failed").map(({ p_token: _, ...rest }) => rest),
  ]);
  assert.match(kept, /echoed/);
  for (const secret of secrets) assert.ok(!kept.includes(secret), secret);
});
