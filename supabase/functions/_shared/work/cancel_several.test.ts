/** An attempt that was submitted to more than once at a provider where each submit may have made a task. */
import assert from "node:assert/strict";
import { cancelItem } from "../engine/cancel_item_fixture.ts";
import type { CancelItem } from "../engine/cancels.ts";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { workOnCancel } from "./cancels.ts";
import { OUTCOME, type Script, scriptedProvider, task, TASK_ID } from "./scripted_provider_fixture.ts";

recordLogs();
const project = fakeSupabase();
const OTHER = "2";

async function cancel(
  script: Script,
  about: Partial<CancelItem["cancel"]> = {},
  external_id: string | null = TASK_ID,
) {
  project.calls.length = 0;
  const { provider, asked } = scriptedProvider({ resubmit: "at_least_once", ...script });
  await workOnCancel(cancelItem(about, { attempt: { external_id, submits: 2 } }), provider);
  return { asked, told: project.calls.map(({ args }) => args.p_how ?? "later"), calls: project.calls };
}

Deno.test("every task that lives is stopped; over is it only when no submit can make another", async () => {
  const found = [[task("alive"), task("alive", OTHER), task("failed", "3")]];
  const busy = await cancel({ found, cancels: ["stopped"] }, { is_sender_gone: false });
  assert.deepEqual(busy.asked, ["find", `cancel ${TASK_ID}`, `cancel ${OTHER}`]);
  assert.deepEqual(busy.told, ["later"]);
  const gone = await cancel({ found, cancels: ["stopped"] });
  assert.deepEqual(gone.told, ["failed"]);
  assert.deepEqual((await cancel({ found: [[task("stopped")]] })).told, ["stopped"]);
});

Deno.test("one that was asked to stop lives until the provider lists it as over", async () => {
  const { told, calls } = await cancel({
    found: [[task("stopped"), task("alive", OTHER)]],
    cancels: ["asked"],
  });
  assert.deepEqual(told, ["later"]);
  assert.equal(calls[0]?.args.p_asked, true);
});

Deno.test("if any but the accepted one has succeeded, something was made in vain and was paid for", async () => {
  const found = [[task("succeeded"), task("succeeded", OTHER)]];
  assert.deepEqual((await cancel({ found }, { accepted_id: TASK_ID })).told, ["succeeded"]);
  const other = [[task("succeeded"), task("stopped", OTHER)]];
  assert.deepEqual((await cancel({ found: other }, { accepted_id: TASK_ID })).told, ["stopped"]);
  assert.deepEqual((await cancel({ found: other })).told, ["succeeded"]);
});

Deno.test("the accepted task is let be, whatever the list says of it", async () => {
  const found = [[task("alive"), task("alive", OTHER)]];
  const { asked } = await cancel({ found, cancels: ["stopped"] }, { accepted_id: TASK_ID });
  assert.deepEqual(asked, ["find", `cancel ${OTHER}`]);
  assert.deepEqual((await cancel({ found: [[]] }, { accepted_id: TASK_ID })).told, ["succeeded"]);
});

Deno.test("a task whose id is known is not over because the list lags behind", async () => {
  const { asked, told } = await cancel({ found: [[]], cancels: ["over"], outcomes: [OUTCOME.running] }, {
    nones: 2,
  });
  assert.deepEqual(asked, ["find", `cancel ${TASK_ID}`, `fetch ${TASK_ID}`]);
  assert.deepEqual(told, ["later"]);
});

Deno.test("none at all, twice, and nobody at it: there never was one", async () => {
  assert.deepEqual((await cancel({ found: [[]] }, { nones: 2 }, null)).told, ["never_existed"]);
  assert.deepEqual((await cancel({ found: [[]] }, { nones: 1 }, null)).told, ["later"]);
});

Deno.test("who cannot be looked through is waited for until the lane's task_life", async () => {
  assert.deepEqual((await cancel({ cancels: ["stopped"] })).asked, []);
});
