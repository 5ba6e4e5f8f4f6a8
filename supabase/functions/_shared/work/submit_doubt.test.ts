/** Submits in doubt: by how the provider takes a repetition, whether it can be looked through, and how time goes by. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { type Differences, messageFor, TOKEN } from "../engine/work_item_fixture.ts";
import { WITHOUT_FILES } from "../providers/runninghub/fake_runninghub.ts";
import { nobodysUrl, recordLogs } from "../runtime/fake_runtime.ts";
import { LOST, type Script, scriptedProvider, TAKEN, task, TASK_ID } from "./scripted_provider_fixture.ts";
import { submitMessage } from "./submit.ts";

recordLogs();
const project = fakeSupabase();
const POLICIES = ["reconcile_only", "at_least_once", "idempotent"] as const;
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** Works on the message of an attempt whose worker died while it submitted. Returns what the provider was asked. */
async function resume(script: Script, differences: Differences = {}): Promise<string[]> {
  project.calls.length = 0;
  const { provider, asked } = scriptedProvider({ submits: [TAKEN], ...script });
  const attempt = {
    phase: "submitting",
    submits: 1,
    submit_until: inSeconds(-1),
    ...differences.attempt,
  } as const;
  const message = messageFor(nobodysUrl(), {
    readCount: 2,
    toolSettings: WITHOUT_FILES,
    ...differences,
    attempt,
  });
  await submitMessage(message, provider);
  return asked;
}
const deferred = () => {
  const [args] = project.callsOf("defer");
  assert.equal(args?.p_token, TOKEN);
  return parseInt(String(args?.p_delay));
};

Deno.test("a task that a lost submit has made is found, and nothing is submitted", async () => {
  for (const resubmit of POLICIES) {
    assert.deepEqual(await resume({ resubmit, found: [[task("alive")]] }), ["find"]);
    assert.deepEqual(project.callsOf("submitted").map((args) => args.p_external_id), [TASK_ID]);
  }
});

Deno.test("of several tasks the attempt goes on with the one that succeeded, else with one that lives", async () => {
  for (
    const [states, chosen] of [[["failed", "alive", "succeeded"], 2], [["stopped", "alive"], 1]] as const
  ) {
    await resume({
      resubmit: "at_least_once",
      found: [states.map((state, index) => task(state, `${index}`))],
    });
    assert.equal(project.callsOf("submitted")[0]?.p_external_id, `${chosen}`);
  }
});

Deno.test("where a second submit makes no second task, it is done as soon as the first can be no more under way", async () => {
  assert.deepEqual(await resume({ resubmit: "idempotent" }), ["submit"]);
  assert.deepEqual(project.called(), ["checkpoint", "submitted"]);
  const attempt = { submit_until: inSeconds(90) };
  assert.deepEqual(await resume({ resubmit: "idempotent" }, { attempt }), []);
  assert.ok(deferred() > 85 && deferred() <= 90);
});

Deno.test("where a second task may be made, the provider must have had none twice, a minute apart", async () => {
  const script = { resubmit: "at_least_once", found: [[]] } as const;
  project.answers.none_found = 1;
  assert.deepEqual(await resume({ ...script, found: [[]] }), ["find"]);
  assert.deepEqual(project.called(), ["none_found", "defer"]);
  assert.equal(deferred(), 60);
  project.answers.none_found = 2;
  assert.deepEqual(await resume({ ...script, found: [[]] }), ["find", "submit"]);
  assert.deepEqual(project.called(), ["none_found", "checkpoint", "submitted"]);
});

Deno.test("nothing is counted while a submit may be under way", async () => {
  await resume({ resubmit: "at_least_once", found: [[]] }, { attempt: { submit_until: inSeconds(30) } });
  assert.deepEqual(project.called(), ["defer"]);
});

Deno.test("three submits are the most; then it is looked for until the deadline", async () => {
  const attempt = { submits: 3 };
  assert.deepEqual(await resume({ resubmit: "at_least_once", found: [[]] }, { attempt, readCount: 4 }), [
    "find",
  ]);
  assert.deepEqual(project.called(), ["defer"]);
  assert.equal(deferred(), 480);
});

Deno.test("who cannot be looked through is not bought from twice", async () => {
  assert.deepEqual(await resume({ resubmit: "at_least_once" }), []);
  assert.deepEqual(project.called(), ["defer"]);
  assert.ok(deferred() > 590, "until the deadline");
});

Deno.test("the checkpoint has the last word: of two workers that would do it again, one does", async () => {
  project.answers.checkpoint = false;
  assert.deepEqual(await resume({ resubmit: "idempotent" }), []);
  assert.deepEqual(project.called(), ["checkpoint"]);
});

Deno.test("where a submit may be done again for ever, the grace grows to ten minutes and ends at the deadline", async () => {
  const script = { resubmit: "idempotent", submits: [LOST] } as const;
  const graces: number[] = [];
  for (const submits of [0, 1, 2, 3, 4, 50]) {
    await resume({ ...script, submits: [LOST] }, {
      attempt: { submits },
      job: { deadline_at: inSeconds(4 * 3600) },
    });
    graces.push(deferred());
  }
  assert.deepEqual(graces, [60, 120, 240, 480, 600, 600]);
  await resume({ ...script, submits: [LOST] }, {
    attempt: { submits: 50 },
    job: { deadline_at: inSeconds(90) },
  });
  assert.ok(deferred() <= 90);
});

Deno.test("while the provider cannot be searched, nothing is submitted", async () => {
  assert.deepEqual(await resume({ resubmit: "at_least_once", found: [LOST] }), ["find"]);
  assert.deepEqual(project.called(), ["provider_down", "defer"]);
});

Deno.test("a first submit in doubt is looked at in a minute: only then its deadline is known", async () => {
  for (const resubmit of POLICIES) {
    const attempt = { phase: "dispatched", submits: 0, submit_until: null } as const;
    await resume({ resubmit, submits: [LOST] }, { attempt, job: { deadline_at: null } });
    assert.deepEqual(project.called(), ["checkpoint", "provider_down", "defer"]);
    assert.equal(deferred(), 60, resubmit);
  }
});

Deno.test("past the deadline nothing is submitted again, but a task that is found is still the job's", async () => {
  const job = { deadline_at: inSeconds(-1) };
  for (const resubmit of POLICIES) {
    assert.deepEqual(await resume({ resubmit, found: [[]] }, { job }), ["find"]);
    assert.deepEqual(project.called(), ["submit_unknown"]);
  }
  await resume({ resubmit: "at_least_once", found: [[task("alive")]] }, { job });
  assert.deepEqual(project.called(), ["submitted"]);
});

Deno.test("while the circuit is open nobody gives up, and nobody asks", async () => {
  const circuit = { opened_at: inSeconds(-1), probe_at: inSeconds(120), failures: 3 };
  const asked = await resume({ resubmit: "idempotent", found: [[]] }, {
    circuit,
    job: { deadline_at: inSeconds(-1) },
  });
  assert.deepEqual([asked, project.called(), deferred()], [[], ["defer"], 120]);
});
