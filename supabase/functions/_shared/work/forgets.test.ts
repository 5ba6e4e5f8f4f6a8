/** The outbox of what providers are to forget. */
import assert from "node:assert/strict";
import type { ForgetItem } from "../engine/forgets.ts";
import { receiveForgets } from "../engine/forgets.ts";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { messageFor, TOKEN } from "../engine/work_item_fixture.ts";
import type { Provider } from "../providers/provider.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { workOnForget } from "./forgets.ts";
import { BUSY, LOST, REFUSED, scriptedProvider, TASK_ID } from "./scripted_provider_fixture.ts";

recordLogs();
const project = fakeSupabase();

function forgetItem(circuit: Partial<ForgetItem["lane_circuit"]> = {}): ForgetItem {
  const attempt = { phase: "finished", external_id: TASK_ID } as const;
  const { item } = messageFor("http://127.0.0.1:9", { attempt });
  return {
    ...item,
    kind: "forget",
    attempt: { ...item.attempt, external_id: TASK_ID },
    lane_circuit: { ...item.lane_circuit, ...circuit },
  };
}

/** Works on a row with a provider whose `forget` does so. Returns what it was asked, and what the engine was told. */
async function forget(does: Provider["forget"] | undefined, item = forgetItem()) {
  project.calls.length = 0;
  const asked: string[] = [];
  const { provider } = scriptedProvider({});
  const named: Provider = does
    ? {
      ...provider,
      forget: async (work, id) => {
        asked.push(id);
        await does(work, id);
      },
    }
    : provider;
  await workOnForget(item, named);
  return { asked, told: project.calls.map(({ name, args }) => [name, args.p_token]) };
}

const FORGOTTEN = [["task_forgotten", TOKEN]];

Deno.test("what a provider has forgotten is told", async () => {
  assert.deepEqual(await forget(() => Promise.resolve()), { asked: [TASK_ID], told: FORGOTTEN });
});

Deno.test("a provider that cannot forget has nothing asked of it, and nothing is waited for", async () => {
  assert.deepEqual(await forget(undefined), { asked: [], told: FORGOTTEN });
});

for (const [what, error] of Object.entries({ busy: BUSY, lost: LOST, refused: REFUSED })) {
  Deno.test(`as long as it is not certain it is asked again (${what})`, async () => {
    const { asked, told } = await forget(() => Promise.reject(error));
    assert.deepEqual(asked, [TASK_ID]);
    assert.equal(told.some(([name]) => name === "task_forgotten"), false);
  });
}

Deno.test("a provider that is down is asked nothing", async () => {
  const soon = new Date(Date.now() + 60_000).toISOString();
  const item = forgetItem({ opened_at: new Date().toISOString(), probe_at: soon, failures: 3 });
  assert.deepEqual(await forget(() => Promise.resolve(), item), { asked: [], told: [] });
});

Deno.test("rows are read as the database hands them out, and one that is not whole is left", async () => {
  const whole = forgetItem();
  project.answers.receive_forgets = [whole, { ...whole, attempt: { ...whole.attempt, external_id: null } }];
  assert.deepEqual((await receiveForgets(5)).map(({ attempt }) => attempt.external_id), [TASK_ID]);
});
