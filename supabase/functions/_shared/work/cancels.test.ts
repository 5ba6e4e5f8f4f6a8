/** The outbox of cancels: by what the provider can do, and what was known of the task. */
import assert from "node:assert/strict";
import { cancelItem } from "../engine/cancel_item_fixture.ts";
import type { CancelItem } from "../engine/cancels.ts";
import { databaseError, fakeSupabase } from "../engine/fake_supabase.ts";
import { type Differences, TOKEN } from "../engine/work_item_fixture.ts";
import { ProviderError } from "../providers/provider.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { workOnCancel } from "./cancels.ts";
import { LOST, OUTCOME, type Script, scriptedProvider, task, TASK_ID } from "./scripted_provider_fixture.ts";

recordLogs();
const project = fakeSupabase();
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const KNOWN = { attempt: { external_id: TASK_ID } };

/** Works on a row. Returns what the provider was asked, and what the engine was told: how, or what and when to look again. */
async function cancel(
  script: Script,
  about: Partial<CancelItem["cancel"]> = {},
  differences: Differences = {},
) {
  project.calls.length = 0;
  const { provider, asked } = scriptedProvider(script);
  await workOnCancel(cancelItem(about, differences), provider);
  const told = project.calls.flatMap(({ name, args: { p_token, p_how, p_delay, ...rest } }) => {
    if (name !== "task_over" && name !== "cancel_noted") return [name];
    assert.equal(p_token, TOKEN);
    return [p_how ?? { wait: parseInt(String(p_delay)), ...rest }];
  });
  return { asked, told };
}

// A task that is known --------------------------------------------------------------------------------------------

Deno.test("a task that was stopped is over", async () => {
  const { asked, told } = await cancel({ cancels: ["stopped"] }, {}, KNOWN);
  assert.deepEqual([asked, told], [[`cancel ${TASK_ID}`], ["stopped"]]);
});

Deno.test("to have asked is not to have stopped: the task is looked at soon, and not asked again", async () => {
  const first = await cancel({ cancels: ["asked"] }, {}, KNOWN);
  assert.deepEqual(first.told, [{ wait: 2, p_asked: true }]);
  for (
    const [outcome, told] of [
      [OUTCOME.running, { wait: 5 }],
      [OUTCOME.unknown, { wait: 5 }],
      [OUTCOME.succeeded, "succeeded"],
      [OUTCOME.failed, "failed"],
      [OUTCOME.stopped, "stopped"],
    ] as const
  ) {
    const next = await cancel(
      { cancels: ["asked"], outcomes: [outcome] },
      { asked_at: inSeconds(-2), tries: 2 },
      KNOWN,
    );
    assert.deepEqual([next.asked, next.told], [[`fetch ${TASK_ID}`], [told]]);
  }
});

Deno.test("a task that had ended before is asked how", async () => {
  for (const [outcome, how] of [[OUTCOME.succeeded, "succeeded"], [OUTCOME.stopped, "stopped"]] as const) {
    const { asked, told } = await cancel({ cancels: ["over"], outcomes: [outcome] }, {}, KNOWN);
    assert.deepEqual([asked, told], [[`cancel ${TASK_ID}`, `fetch ${TASK_ID}`], [how]]);
  }
});

Deno.test("where nothing can be stopped the end is waited for, longer each time", async () => {
  const waits: unknown[] = [];
  for (const tries of [1, 2, 3, 4, 5, 6, 1000]) {
    const { asked, told } = await cancel({ outcomes: [OUTCOME.running] }, { tries }, KNOWN);
    assert.deepEqual(asked, [`fetch ${TASK_ID}`]);
    waits.push(...told);
  }
  assert.deepEqual(waits, [2, 5, 15, 30, 60, 60, 60].map((wait) => ({ wait })));
  assert.deepEqual((await cancel({ outcomes: [OUTCOME.failed] }, {}, KNOWN)).told, ["failed"]);
});

Deno.test("the task whose result the job has taken is neither stopped nor deleted", async () => {
  const { asked, told } = await cancel({ cancels: ["stopped"] }, { accepted_id: TASK_ID }, KNOWN);
  assert.deepEqual([asked, told], [[], ["succeeded"]]);
});

Deno.test("a provider that will not stop it says how it stands", async () => {
  const refusal = new ProviderError({ retryClass: "never", code: "409", message: "already done", raw: {} });
  const { told } = await cancel({ cancels: [refusal], outcomes: [OUTCOME.succeeded] }, {}, KNOWN);
  assert.deepEqual(told, ["succeeded"]);
});

// A task of which no id is known ----------------------------------------------------------------------------------

Deno.test("a task that is found is noted before it is stopped, so that a crash in between loses nothing", async () => {
  const found = { ...task("alive"), checkpoint: { urls: { cancel: "x" } } };
  const { asked, told } = await cancel({ found: [[found]], cancels: ["stopped"] });
  assert.deepEqual(asked, ["find", `cancel ${TASK_ID}`]);
  assert.deepEqual(told, [
    { wait: 60, p_external_id: TASK_ID, p_note: { urls: { cancel: "x" } } },
    "stopped",
  ]);
});

Deno.test("a task never existed when nobody can be making it, and the provider had none twice", async () => {
  const none = { found: [[]] };
  assert.deepEqual((await cancel(none, { is_sender_gone: false })).told, [{ wait: 2 }]);
  assert.deepEqual((await cancel(none, { is_sender_gone: false, nones: 2 })).told, [{ wait: 2 }]);
  assert.deepEqual((await cancel(none)).told, [{ wait: 61, p_none: true }]);
  assert.deepEqual((await cancel(none, { nones: 1 })).told, [{ wait: 2, p_none: true }]);
  assert.deepEqual((await cancel(none, { nones: 2 })).told, ["never_existed"]);
});

Deno.test("a provider that cannot be looked through is waited for: its webhook may tell", async () => {
  const { asked, told } = await cancel({ cancels: ["stopped"] }, { tries: 9 });
  assert.deepEqual([asked, told], [[], [{ wait: 60 }]]);
});

// Weather and crashes ---------------------------------------------------------------------------------------------

Deno.test("a provider that is not there is told to its circuit and asked again later", async () => {
  for (
    const script of [{ cancels: [LOST] }, { found: [LOST] }, {
      cancels: ["over"],
      outcomes: [LOST],
    }] satisfies Script[]
  ) {
    const { told } = await cancel(script, { tries: 3 }, script.found ? {} : KNOWN);
    assert.deepEqual(told, ["provider_down", { wait: 15 }]);
  }
});

Deno.test("while the circuit is open nothing is asked until its probe", async () => {
  const circuit = { opened_at: inSeconds(0), probe_at: inSeconds(120), failures: 3 };
  const { asked, told } = await cancel({ cancels: ["stopped"] }, {}, { ...KNOWN, circuit });
  assert.deepEqual([asked, told], [[], [{ wait: 120 }]]);
});

Deno.test("what could not be written is done again, and asks again", async () => {
  project.answers.task_over = databaseError();
  await assert.rejects(cancel({ cancels: ["stopped"] }, {}, KNOWN), { code: "internal_error" });
  project.answers = { cancel_noted: databaseError() };
  const { provider, asked } = scriptedProvider({ found: [[task("alive")]], cancels: ["stopped"] });
  await assert.rejects(workOnCancel(cancelItem(), provider), { code: "internal_error" });
  assert.deepEqual(asked, ["find"], "nothing is stopped that is not noted");
});
