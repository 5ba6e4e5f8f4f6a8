import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { BadFileKey } from "../../../../shared/words/file_keys.ts";
import { openInput, signInput } from "./inputs.ts";
import { COPY, USER } from "./paths_fixture.ts";
import { PNG } from "./png_fixture.ts";

const project = fakeSupabase();
const PATH = `${USER}/photo.png`;

Deno.test("a copy is opened with the name of its file, its type and size", async () => {
  project.files.set(`handed/${COPY}`, { bytes: PNG, contentType: "image/png" });
  const { stream, ...about } = await openInput(PATH, COPY);
  assert.deepEqual(about, { name: "photo.png", contentType: "image/png", bytes: PNG.length });
  assert.deepEqual(await new Response(stream).bytes(), PNG);
});

Deno.test("a copy that is not there is an error", async () => {
  for (const use of [openInput, signInput]) await assert.rejects(use(PATH, COPY), /input_gone/);
});

Deno.test("Storage is asked for no key that is none", async () => {
  const other = USER.replace("3", "4");
  for (const key of ["", PATH, `${USER}/../${other}/${COPY}`, `${COPY}?/../x`, `${COPY}/`, `/${COPY}`]) {
    for (const use of [openInput, signInput]) await assert.rejects(use(PATH, key), BadFileKey, key);
  }
  assert.deepEqual(project.requests, []);
});
