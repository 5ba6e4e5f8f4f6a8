/** The copies of a job that was created without them: made by its worker, once, and checked as at create. */
import assert from "node:assert/strict";
import { fakeSupabase, refusal } from "../engine/fake_supabase.ts";
import { ClassifiedError } from "../engine/failure.ts";
import { copiesOf, type Owner } from "./copies_of.ts";
import { COPY, USER } from "./paths_fixture.ts";
import { PNG } from "./png_fixture.ts";

const project = fakeSupabase();
const RULES = { images: { types: ["image/png"], max_bytes: 100, max_count: 3 } };
const path = (name: string) => `${USER}/${name}`;
const put = (name: string, bytes: Uint8Array<ArrayBuffer> = PNG) =>
  void project.files.set(`inputs/${path(name)}`, { bytes, contentType: "image/png" });
const copies = () => [...project.files.keys()].filter((key) => key.startsWith("handed/"));
const asked = (...names: string[]): Owner => ({
  job: { id: "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f", user_id: USER, input: { images: names.map(path) } },
  attempt: { token: "8d1c6f2e-3b4a-4c5d-9e6f-7a8b9c0d1e2f" },
  tool_settings: { files: RULES },
});
const fails = (code: string) => (error: unknown) =>
  error instanceof ClassifiedError && error.failure.code === code && error.failure.retryClass === "never";

Deno.test("what is there is taken, and nothing asked of anybody", async () => {
  const handed = { [path("a.png")]: COPY };
  assert.deepEqual(await copiesOf({ ...asked("a.png"), handed }), handed);
  assert.deepEqual(await copiesOf({ ...asked(), tool_settings: {} }), {});
  assert.deepEqual([project.requests, project.calls], [[], []]);
});

Deno.test("each file that has none is copied once, however often it is named, and the database told", async () => {
  put("a.png");
  put("b.PNG");
  const kept = await copiesOf(asked("a.png", "b.PNG", "a.png"));
  assert.deepEqual(Object.keys(kept).sort(), [path("a.png"), path("b.PNG")]);
  assert.match(kept[path("b.PNG")] ?? "", /\.png$/, "it ends as its file does");
  assert.deepEqual(project.callsOf("hand_over")[0]?.p_handed, kept);
  assert.deepEqual(copies().sort(), Object.values(kept).map((key) => `handed/${key}`).sort());
});

Deno.test("where another worker was first, its copies are taken, and ours deleted", async () => {
  put("a.png");
  project.answers.hand_over = { [path("a.png")]: COPY };
  assert.deepEqual(await copiesOf(asked("a.png")), { [path("a.png")]: COPY });
  assert.deepEqual(copies(), []);
});

Deno.test("what the tool does not take ends the job, and leaves no copy", async () => {
  put("a.png");
  put("page.png", new TextEncoder().encode("<html>"));
  put("empty.png", new Uint8Array());
  put("large.png", new Uint8Array([...PNG, ...new Uint8Array(100)]));
  for (const name of ["page.png", "empty.png"]) {
    await assert.rejects(copiesOf(asked("a.png", name)), fails("unsupported_file_type"), name);
  }
  await assert.rejects(copiesOf(asked("a.png", "large.png")), fails("file_too_large"));
  await assert.rejects(copiesOf(asked("a.png", "gone.png")), fails("input_gone"));
  await assert.rejects(copiesOf(asked("a.png", "../b.png")), fails("file_not_found"));
  project.answers.hand_over = refusal(415, "unsupported_file_type", "It is text/html.", "images");
  await assert.rejects(copiesOf(asked("a.png")), fails("unsupported_file_type"), "by its declared type");
  assert.deepEqual(copies(), []);
});

Deno.test("a worker that is too late, a Storage and a database that have trouble end no job", async () => {
  put("a.png");
  const throws = async (is: RegExp) => {
    await assert.rejects(
      copiesOf(asked("a.png")),
      (error: Error) => !(error instanceof ClassifiedError) && is.test(error.message),
    );
  };
  project.answers.hand_over = refusal(409, "stale_token", "stale");
  await throws(/stale/);
  project.answers.hand_over = Response.json({ code: "XX000", message: "broken" }, { status: 500 });
  await throws(/broken/);
  assert.deepEqual(copies(), []);
  project.storageIsDown = true;
  await throws(/out of order/);
});
