/** Files that nobody may have: beneath a prefix, by their path alone, or whatever a user has put anywhere. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { PNG } from "../files/png_fixture.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { cleanDoomedFiles } from "./doomed_files.ts";

recordLogs();
const project = fakeSupabase();

/** Has these rows worked on, beside these files. Returns which files are left, and which rows are done. */
async function clean(rows: unknown[], ...files: string[]) {
  project.calls.length = 0;
  project.files.clear();
  for (const path of files) project.files.set(path, { bytes: PNG, contentType: "image/png" });
  let isFirst = true;
  project.answers.receive_doomed_files = () => {
    const answer = isFirst ? rows : [];
    isFirst = false;
    return answer;
  };
  await cleanDoomedFiles(Date.now() + 5_000);
  const done = project.calls.filter(({ name }) => name === "doomed_files_deleted");
  return { left: [...project.files.keys()].sort(), done: done.map(({ args }) => args.p_doomed_id) };
}

const row = (differences: Record<string, unknown>) => ({
  doomed_id: 1,
  bucket: "outputs",
  prefix: "u/j/",
  is_exact: false,
  keep: [],
  owner_id: null,
  ...differences,
});

const OWNED = row({ bucket: null, prefix: null, owner_id: "u" });

Deno.test("what lies beneath a prefix goes, but what is to be kept", async () => {
  const result = await clean([row({ keep: ["u/j/1.png"] })], "outputs/u/j/1.png", "outputs/u/j/2.png");
  assert.deepEqual(result, { left: ["outputs/u/j/1.png"], done: [1] });
});

Deno.test("a file that is named by its path goes alone", async () => {
  const files = ["inputs/u/a.png", "inputs/u/a.png.bak", "inputs/u/b.png"];
  const exact = row({ bucket: "inputs", prefix: "u/a.png", is_exact: true });
  assert.deepEqual(await clean([exact], ...files), {
    left: ["inputs/u/a.png.bak", "inputs/u/b.png"],
    done: [1],
  });
  const kept = { ...exact, keep: ["u/a.png"] };
  assert.deepEqual(await clean([kept], ...files), { left: files, done: [1] });
});

Deno.test("what a user has put anywhere goes out of each bucket", async () => {
  const owned = [
    { bucket: "avatars", path: "faces/ana.png" },
    { bucket: "inputs", path: "x/y.png" },
    { bucket: "avatars", path: "gone.png" },
  ];
  const files = ["avatars/faces/ana.png", "avatars/faces/bo.png", "inputs/x/y.png"];
  project.answers.owned_files = owned;
  const result = await clean([OWNED], ...files);
  assert.deepEqual(result, { left: ["avatars/faces/bo.png"], done: [1] });
});

Deno.test("of a user who has put very much anywhere the rest goes at another time", async () => {
  const owned = Array.from({ length: 1000 }, (_, n) => ({ bucket: "avatars", path: `${n}.png` }));
  project.answers.owned_files = owned;
  assert.deepEqual((await clean([OWNED])).done, []);
});

Deno.test("a bucket that gives nothing back keeps nothing in another, and a row that fails no other row", async () => {
  const files = ["avatars/a.png", "outputs/u/j/1.png"];
  project.answers.owned_files = [{ bucket: "no/bucket", path: "a.png" }, {
    bucket: "avatars",
    path: "a.png",
  }];
  assert.deepEqual(await clean([OWNED, row({ doomed_id: 8 })], ...files), { left: [], done: [8] });
  project.answers.owned_files = Response.json({ code: "57014", message: "it takes too long" }, {
    status: 500,
  });
  assert.deepEqual((await clean([OWNED, row({ doomed_id: 8 })], ...files)).done, [8]);
});
