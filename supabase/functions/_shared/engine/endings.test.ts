import assert from "node:assert/strict";
import { attemptFailed, deadlinePassed, outputRefused, submitUnknown } from "./endings.ts";
import { databaseError, fakeSupabase } from "./fake_supabase.ts";
import { messageFor } from "./work_item_fixture.ts";

const project = fakeSupabase();
const message = messageFor("http://127.0.0.1:9");
const { job, attempt } = message.item;
const about = { p_job_id: job.id, p_token: attempt.token, p_queue: "runninghub_queue", p_msg_id: 7 };
const INSIDE = "connect to http://10.0.0.5:8080/task: refused by kong:8000";
const REFUSAL = { code: "output_too_large", message: INSIDE, raw: {} };

Deno.test("a failure is told with its class, code and words; what the provider did not say is left to SQL", async () => {
  await attemptFailed(message, { retryClass: "never", code: "433", message: "bad node" });
  await attemptFailed(
    message,
    { retryClass: "wait", code: "421", message: "busy", raw: { code: 421 }, retryAfterMs: 1500 },
    { isAllOver: true },
  );
  const told = { ...about, p_retry_class: "never", p_error_code: "433", p_error_message: "bad node" };
  assert.deepEqual(project.callsOf("attempt_failed"), [told, {
    ...about,
    p_retry_class: "wait",
    p_error_code: "421",
    p_error_message: "busy",
    p_raw: { code: 421 },
    p_retry_after: "1500 milliseconds",
    p_all_over: true,
  }]);
});

Deno.test("each ending is told with what it needs", async () => {
  await submitUnknown(message);
  await deadlinePassed(message, "the task is running");
  await outputRefused(message, { code: "output_wrong_type", message: "It is a film", raw: { a: 1 } });
  assert.deepEqual(project.calls, [
    { name: "submit_unknown", args: about },
    { name: "deadline_passed", args: { ...about, p_message: "the task is running" } },
    {
      name: "output_refused",
      args: { ...about, p_error_code: "output_wrong_type", p_error_message: "It is a film", p_raw: { a: 1 } },
    },
  ]);
});

Deno.test("no owner reads where our machines are, whichever way the attempt ended", async () => {
  await attemptFailed(message, { retryClass: "never", code: "1", message: INSIDE, raw: { said: INSIDE } });
  await deadlinePassed(message, INSIDE);
  await outputRefused(message, REFUSAL);
  const words = project.calls.map(({ args }) => String(args.p_error_message ?? args.p_message));
  assert.deepEqual(words, Array(3).fill("connect to [address] refused by [address]"));
  assert.deepEqual(project.callsOf("attempt_failed")[0]?.p_raw, { said: INSIDE }, "the evidence stays");
});

Deno.test("every ending throws when the database does", async () => {
  const calls: Record<string, () => Promise<unknown>> = {
    attempt_failed: () => attemptFailed(message, { retryClass: "never", code: "1", message: "x" }),
    submit_unknown: () => submitUnknown(message),
    deadline_passed: () => deadlinePassed(message, "x"),
    output_refused: () => outputRefused(message, REFUSAL),
  };
  for (const [name, call] of Object.entries(calls)) {
    project.answers[name] = databaseError();
    await assert.rejects(call, { code: "internal_error" }, name);
  }
});
