import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { openInput, signInput } from "./inputs.ts";
import { USER } from "./paths_fixture.ts";
import { PNG } from "./png_fixture.ts";

const project = fakeSupabase();

Deno.test("an input is opened with its name, type and size", async () => {
  project.files.set(`inputs/${USER}/photo.png`, { bytes: PNG, contentType: "image/png" });
  const { stream, ...about } = await openInput(USER, `${USER}/photo.png`);
  assert.deepEqual(about, { name: "photo.png", contentType: "image/png", bytes: PNG.length });
  assert.deepEqual(await new Response(stream).bytes(), PNG);
});

Deno.test("an input that is not there is an error", async () => {
  await assert.rejects(openInput(USER, `${USER}/nothing.png`), /input_gone/);
});

Deno.test("a path that is none of the user's own files is asked of nobody", async () => {
  const other = USER.replace("3", "4");
  for (
    const path of [
      `${USER}/../${other}/private.png?/../../${USER}/own.png`,
      `${other}/private.png`,
      `${USER}/./own.png`,
      `${USER}//own.png`,
      `${USER}/own.png/`,
      `${USER}/%2e%2e/own.png`,
      "",
    ]
  ) {
    for (const use of [openInput, signInput]) await assert.rejects(use(USER, path), /file_not_found/, path);
  }
  assert.deepEqual(project.requests, []);
});
