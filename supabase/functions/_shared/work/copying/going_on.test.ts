/** Going on with a result: after a death, from fresh addresses, for a job that has ended; and results that come as bytes. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../../engine/fake_supabase.ts";
import { messageFor } from "../../engine/work_item_fixture.ts";
import { fakeSource } from "../../files/fake_source.ts";
import { PNG } from "../../files/png_fixture.ts";
import {
  fakeRunningHub,
  finished,
  TASK_ID,
  WITHOUT_FILES,
} from "../../providers/runninghub/fake_runninghub.ts";
import { recordLogs } from "../../runtime/fake_runtime.ts";
import { ProviderError } from "../../providers/provider.ts";
import { scriptedProvider } from "../scripted_provider_fixture.ts";
import { settleMessage } from "../settle.ts";
import { submitMessage } from "../submit.ts";
import { inOrderOf } from "./fresh_addresses.ts";

recordLogs();
const project = fakeSupabase();
const MIB = 1024 * 1024;

const at = (...urls: string[]) => urls.map((url) => ({ url, contentType: null }));
type Attempt = Parameters<typeof messageFor>[1] extends infer D ? D extends { attempt?: infer A } ? A : never
  : never;

async function goOn(hubUrl: string, attempt: Attempt): Promise<void> {
  project.calls.length = 0;
  await settleMessage(messageFor(hubUrl, {
    attempt: { phase: "produced", external_id: TASK_ID, ...attempt },
    job: { deadline_at: null },
  }));
}
/** What has been noted in the checkpoint, all in all. */
const noted = () => Object.assign({}, ...project.callsOf("defer").map(({ p_note }) => p_note));
const names = () =>
  (project.callsOf("complete")[0]?.p_output as { files: { path: string }[] })?.files.map(({ path }) =>
    path.split("/").at(-1)
  );
const big = (size: number) => {
  const bytes = new Uint8Array(size).map((_, index) => index % 253);
  bytes.set(PNG);
  return bytes;
};

Deno.test("the provider's success is noted with its addresses before anything is stored; then nobody asks it again", async () => {
  await using hub = fakeRunningHub();
  const { promise: isAsked, resolve } = Promise.withResolvers<void>();
  const url = hub.serve("1.png", () => {
    resolve();
    return new Response(PNG);
  });
  let before: number | undefined;
  project.answers.produced = async () => {
    await isAsked; // the file is opened meanwhile
    before = project.files.size;
    return "produced";
  };
  hub.answer("outputs", finished({ fileUrl: url }));
  await settleMessage(messageFor(hub.url, { attempt: { phase: "submitted", external_id: TASK_ID } }));
  assert.deepEqual(project.called(), ["produced", "complete"]);
  assert.deepEqual([before, project.files.size], [0, 1]);
  assert.deepEqual(hub.requests.filter(({ path }) => path === "/results/1.png").length, 1);
  const { p_outputs } = project.callsOf("produced")[0] ?? {};
  assert.deepEqual((p_outputs as { url: string }[]).map(({ url }) => url), [url]);
  hub.requests.length = 0;
  await goOn(hub.url, { outputs: at(url) });
  assert.deepEqual(hub.requests.map(({ path }) => path), ["/results/1.png"]);
});

Deno.test("a job that has ended is not copied for", async () => {
  await using hub = fakeRunningHub();
  project.answers.produced = "late";
  hub.answer("outputs", finished({ fileUrl: hub.serve("1.png", PNG) }));
  await settleMessage(messageFor(hub.url, { attempt: { phase: "submitted", external_id: TASK_ID } }));
  assert.deepEqual(project.called(), ["produced", "acknowledge"]);
  assert.equal(project.files.size, 0);
});

Deno.test("files of a result that came too late are deleted, but for those that a completed job lists", async () => {
  await using hub = fakeRunningHub();
  project.answers.complete = "late";
  let isFirst = true;
  project.answers.receive_doomed_files = () => {
    const doomed = isFirst
      ? [{
        doomed_id: 7,
        bucket: "outputs",
        prefix: "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/",
        keep: ["3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/kept/1-0.png"],
      }]
      : [];
    isFirst = false;
    return doomed;
  };
  const kept = { bytes: PNG, contentType: "image/png" };
  project.files.set("outputs/3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/kept/1-0.png", kept);
  project.files.set("outputs/4f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/other/1-0.png", kept);
  await goOn(hub.url, { outputs: at(hub.serve("1.png", PNG)) });
  assert.deepEqual(project.called(), [
    "complete",
    "receive_doomed_files",
    "doomed_files_deleted",
    "receive_doomed_files",
  ]);
  assert.deepEqual([...project.files.keys()].map((path) => path.split("/").slice(2).join("/")), [
    "kept/1-0.png",
    "other/1-0.png",
  ]);
});

Deno.test("a worker that has had its share hands over, and the next one goes on where it was", async () => {
  await using hub = fakeRunningHub();
  await using source = fakeSource({ bytes: big(70 * MIB) });
  await goOn(hub.url, { outputs: at(source.address) });
  assert.deepEqual(project.called().filter((name) => name !== "defer"), ["wake"]);
  assert.equal(project.callsOf("defer").at(-1)?.p_delay, "1 seconds");
  const { copying } = noted();
  assert.deepEqual([copying.index, copying.state.total, copying.state.type], [0, 70 * MIB, "image/png"]);
  await goOn(hub.url, { outputs: at(source.address), checkpoint: { copying } });
  assert.deepEqual(names(), ["1-0.png"]);
  const [file] = project.files.values();
  assert.ok(file?.bytes.length === 70 * MIB && source.sent <= 140 * MIB + MIB);
  assert.equal(source.asked.filter((range) => range === null).length, 1);
});

Deno.test("an address that has expired: the provider tells fresh ones, and what is stored stays", async () => {
  for (const status of [401, 403, 404, 410]) {
    project.reset();
    await using hub = fakeRunningHub();
    const old = hub.serve("old.png", () => new Response("expired", { status }));
    const fresh = hub.serve("fresh.png", PNG);
    const first = hub.serve("first.png", PNG);
    hub.answer("outputs", finished({ fileUrl: `${first}?signature=2` }, { fileUrl: fresh }));
    const file = { bucket: "outputs", path: "u/j/1-0.png", content_type: "image/png", bytes: 16 };
    await goOn(hub.url, {
      outputs: at(`${first}?signature=1`, old),
      checkpoint: { stored: [{ url: `${first}?signature=1`, file }] },
    });
    const [produced] = project.callsOf("produced");
    assert.deepEqual((produced?.p_outputs as { url: string }[]).map(({ url }) => url), [
      `${first}?signature=2`,
      fresh,
    ]);
    assert.deepEqual(names(), ["1-0.png", "1-1.png"], `${status}`);
    assert.ok(!hub.requests.some(({ path }) => path.endsWith("first.png")), "it is stored");
  }
});

Deno.test("no fresh addresses, or none that work: it is looked at again, and never made again", async () => {
  await using hub = fakeRunningHub();
  const old = hub.serve("old.png", () => new Response("expired", { status: 410 }));
  hub.answer("outputs", finished({ fileUrl: old }));
  await goOn(hub.url, { outputs: at(old) });
  assert.deepEqual(project.called(), ["defer"]);
  hub.answer("outputs", { code: 804, msg: "APIKEY_TASK_IS_RUNNING", data: null });
  await goOn(hub.url, { outputs: at(old) });
  assert.deepEqual(project.called(), ["defer"]);
  const other = hub.serve("other.png", () => new Response("expired", { status: 403 }));
  hub.answer("outputs", finished({ fileUrl: other }));
  await goOn(hub.url, { outputs: at(old) });
  assert.deepEqual(project.called(), ["produced", "defer"]);
  assert.ok(!hub.requests.some(({ path }) => path.endsWith("run")));
});

Deno.test("fresh addresses are taken in the order of the old ones where they differ in nothing but their signatures", () => {
  const [a, b, c] = ["https://x.example/a.png", "https://x.example/b.png", "https://x.example/c.png"];
  assert.deepEqual(inOrderOf(at(`${a}?1`, `${b}?1`), at(`${b}?2`, `${a}?2`)), at(`${a}?2`, `${b}?2`));
  assert.deepEqual(inOrderOf(at(`${a}?1`, `${b}?1`), at(`${b}?2`, `${c}?2`)), at(`${b}?2`, `${c}?2`));
  assert.deepEqual(inOrderOf(at(`${a}?1`, `${a}?2`), at(`${a}?3`, `${a}?4`)), at(`${a}?3`, `${a}?4`));
  assert.deepEqual(inOrderOf(at(a), at(a, b)), at(a, b));
});

// Bytes -----------------------------------------------------------------------------------------------------------

const answersWith = (...bodies: (Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>)[]) => {
  const outputs = bodies.map((body) => ({
    body: body instanceof ReadableStream ? body : new Blob([body]).stream(),
    contentType: "audio/mpeg",
  }));
  return scriptedProvider({ submits: [{ state: "succeeded", outputs, raw: {} }] }).provider;
};
const SPEECH = new TextEncoder().encode("ID3\x04 and then the sound");
const submit = (provider: ReturnType<typeof answersWith>) =>
  submitMessage(messageFor("", { toolSettings: { ...WITHOUT_FILES, output_types: ["audio/*"] } }), provider);

Deno.test("what comes as bytes is stored as it comes, noted, and the job completed", async () => {
  await submit(answersWith(SPEECH, SPEECH));
  assert.deepEqual(project.called(), ["checkpoint", "defer", "produced", "complete"]);
  assert.deepEqual(names(), ["1-0.mp3", "1-1.mp3"]);
  const { stored } = noted();
  project.calls.length = 0;
  // A worker that died between the note and the end is followed by one that has nothing left to copy.
  const outputs = at(...stored.map(({ url }: { url: string }) => url));
  await submitMessage(messageFor("", { attempt: { phase: "produced", outputs, checkpoint: { stored } } }));
  assert.deepEqual(project.called(), ["complete"]);
  assert.deepEqual(names(), ["1-0.mp3", "1-1.mp3"]);
});

Deno.test("bytes that are not kept end the job at once, for they do not come again", async () => {
  const cases = [
    [new Uint8Array(), "output_unavailable"],
    [new TextEncoder().encode('{"error":"no"}'), "output_wrong_type"],
    [PNG, "output_wrong_type"],
  ] as const;
  for (const [body, code] of cases) {
    project.reset();
    await submit(answersWith(body));
    assert.deepEqual(project.called(), ["checkpoint", "output_refused"]);
    assert.equal(project.callsOf("output_refused")[0]?.p_error_code, code);
  }
});

Deno.test("bytes that break off leave the submit in doubt", async () => {
  const lost = new ProviderError({ retryClass: "backoff", code: "connection_lost", message: "cut" }, {
    isAmbiguous: true,
  });
  let isFirst = true;
  const cut = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isFirst) controller.enqueue(SPEECH);
      else controller.error(lost);
      isFirst = false;
    },
  });
  await submit(answersWith(cut));
  assert.ok(
    !project.called().some((name) =>
      ["produced", "complete", "output_refused", "attempt_failed"].includes(name)
    ),
  );
  assert.equal(project.files.size, 0);
});

Deno.test("Storage that has trouble for a moment does not cost what comes but once", async () => {
  let troubles = 1;
  project.putAnswer = () => troubles-- > 0 ? Response.json({ message: "no" }, { status: 503 }) : undefined;
  await submit(answersWith(SPEECH));
  assert.deepEqual(names(), ["1-0.mp3"]);
});
