import assert from "node:assert/strict";
import type { Submitted } from "../engine/attempts.ts";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { type Differences, messageFor, TOKEN } from "../engine/work_item_fixture.ts";
import { type FoundTask, type Provider, ProviderError } from "../providers/provider.ts";
import { TASK_ID, WITHOUT_FILES } from "../providers/runninghub/fake_runninghub.ts";
import { nobodysUrl, recordLogs } from "../runtime/fake_runtime.ts";
import { submitMessage } from "./submit.ts";

recordLogs();
const project = fakeSupabase();

const TAKEN: Submitted = { externalId: TASK_ID, raw: {}, details: {} };
const lost = new ProviderError({ retryClass: "backoff", code: "unreachable", message: "timed out" }, {
  isAmbiguous: true,
});

/** A provider with a policy; submits and `findTasks` answer in order, or throw what is an error. */
function providerWith(
  resubmit: Provider["resubmit"],
  { submits = [TAKEN], found }: { submits?: (Submitted | Error)[]; found?: (Submitted | null | Error)[] } =
    {},
) {
  const asked: string[] = [];
  const next = <T>(what: string, answers: (T | Error)[]) => {
    asked.push(what);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as T);
  };
  const provider: Provider = {
    name: "runninghub",
    resubmit,
    prepare: () => ({ send: () => next("submit", submits) }),
    ...found ? { findTasks: async () => foundAs(await next("find", found)) } : {},
    parse: () => assert.fail(),
    fetchOutcome: () => assert.fail(),
  };
  return { provider, asked };
}

const foundAs = (task: Submitted | null): FoundTask[] => task ? [{ ...task, state: "alive" }] : [];

/** The message of an attempt whose worker died while it submitted. */
function inDoubt(
  checkpoint: NonNullable<Differences["attempt"]>["checkpoint"] = {},
  differences: Differences = {},
) {
  return messageFor(nobodysUrl(), {
    readCount: 2,
    toolSettings: WITHOUT_FILES,
    ...differences,
    attempt: { phase: "submitting", checkpoint },
  });
}
const secondsFromNow = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const deferred = () => {
  const [args] = project.callsOf("defer");
  const note = args?.p_note as { resubmit_at?: string; resubmits?: number };
  return { seconds: parseInt(String(args?.p_delay)), token: args?.p_token, ...note };
};

Deno.test("a task that a lost submit has made is found, and nothing is submitted", async () => {
  for (const policy of ["reconcile_only", "at_least_once", "idempotent"] as const) {
    project.calls.length = 0;
    const { provider, asked } = providerWith(policy, { found: [TAKEN] });
    await submitMessage(inDoubt(), provider);
    assert.deepEqual(asked, ["find"]);
    assert.deepEqual(project.callsOf("submitted").map((args) => args.p_external_id), [TASK_ID]);
  }
});

Deno.test("where a second submit makes no second task, it is done at once", async () => {
  const { provider, asked } = providerWith("idempotent");
  await submitMessage(inDoubt(), provider);
  assert.deepEqual(asked, ["submit"]);
  assert.deepEqual(project.called(), ["submitted"]);
});

Deno.test("where a second task may be made, the submit is left in doubt for a minute first", async () => {
  const { provider, asked } = providerWith("at_least_once", { found: [null] });
  await submitMessage(inDoubt(), provider);
  assert.deepEqual(asked, ["find"]);
  const { seconds, resubmit_at, resubmits, token } = deferred();
  assert.deepEqual([seconds, resubmits, token], [60, 1, TOKEN]);
  assert.ok(Math.abs(Date.parse(resubmit_at ?? "") - Date.now() - 60_000) < 5_000);
});

Deno.test("a submit that is still in its grace is not done again", async () => {
  const { provider, asked } = providerWith("at_least_once");
  await submitMessage(inDoubt({ resubmit_at: secondsFromNow(30), resubmits: 1 }), provider);
  assert.deepEqual(asked, []);
  assert.deepEqual(project.called(), ["defer"]);
});

Deno.test("after the grace it is done again, once: leave is taken back before", async () => {
  const { provider, asked } = providerWith("at_least_once", { found: [null] });
  await submitMessage(inDoubt({ resubmit_at: secondsFromNow(-1), resubmits: 1 }), provider);
  assert.deepEqual(asked, ["find", "submit"]);
  assert.deepEqual(project.called(), ["checkpoint", "submitted"]);
  assert.deepEqual(project.callsOf("checkpoint")[0]?.p_checkpoint, { resubmit_at: null });
});

Deno.test("it is done again twice at the most, then its webhook is waited for", async () => {
  const { provider, asked } = providerWith("at_least_once", { submits: [lost] });
  await submitMessage(inDoubt({ resubmit_at: secondsFromNow(-1), resubmits: 1 }), provider);
  assert.deepEqual([deferred().seconds, deferred().resubmits], [120, 2]);
  project.calls.length = 0;
  await submitMessage(inDoubt({ resubmit_at: secondsFromNow(-1), resubmits: 2 }), provider);
  assert.deepEqual(asked, ["submit", "submit"]);
  assert.ok(deferred().seconds > 590, "until the deadline");
  project.calls.length = 0;
  await submitMessage(inDoubt({ resubmit_at: null, resubmits: 2 }), provider);
  assert.equal(asked.length, 2);
});

Deno.test("where a submit may be done again for ever, the grace grows to ten minutes and ends at the deadline", async () => {
  const { provider } = providerWith("idempotent", { submits: [lost] });
  const graces: number[] = [];
  const job = { deadline_at: secondsFromNow(4 * 3600) };
  for (const resubmits of [0, 1, 2, 3, 4, 50]) {
    project.calls.length = 0;
    await submitMessage(inDoubt({ resubmit_at: secondsFromNow(-1), resubmits }, { job }), provider);
    graces.push(deferred().seconds);
  }
  assert.deepEqual(graces, [60, 120, 240, 480, 600, 600]);
  project.calls.length = 0;
  await submitMessage(inDoubt({ resubmits: 50 }, { job: { deadline_at: secondsFromNow(90) } }), provider);
  assert.ok(deferred().seconds <= 90);
});

Deno.test("while the provider cannot be searched, nothing is submitted", async () => {
  const { provider, asked } = providerWith("at_least_once", { found: [lost] });
  await submitMessage(inDoubt({ resubmit_at: secondsFromNow(-1), resubmits: 1 }), provider);
  assert.deepEqual(asked, ["find"]);
  assert.deepEqual(project.called(), ["defer"]);
});

Deno.test("a first submit in doubt is left so by its policy: until the deadline, or for a minute", async () => {
  for (
    const [policy, isShort] of [["reconcile_only", false], ["at_least_once", true], [
      "idempotent",
      true,
    ]] as const
  ) {
    project.calls.length = 0;
    const { provider } = providerWith(policy, { submits: [lost] });
    await submitMessage(messageFor(nobodysUrl(), { toolSettings: WITHOUT_FILES }), provider);
    assert.equal(deferred().seconds <= 60, isShort, policy);
  }
});

Deno.test("past the deadline nothing is submitted again: the job fails", async () => {
  const { provider, asked } = providerWith("at_least_once", { found: [null] });
  await submitMessage(inDoubt({}, { job: { deadline_at: secondsFromNow(-1) } }), provider);
  assert.deepEqual(asked, ["find"]);
  assert.deepEqual(project.failures(), [["never", "submit_unknown"]]);
});

Deno.test("of two workers that have leave to do it again, one does", async () => {
  project.answers.checkpoint = false;
  const { provider, asked } = providerWith("at_least_once");
  await submitMessage(inDoubt({ resubmit_at: secondsFromNow(-1), resubmits: 1 }), provider);
  assert.deepEqual(asked, []);
  assert.deepEqual(project.called(), ["checkpoint"]);
});
