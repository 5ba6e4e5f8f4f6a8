import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { openInput } from "./inputs.ts";
import { PNG } from "./png_fixture.ts";

const project = fakeSupabase();

Deno.test("an input is opened with its name, type and size", async () => {
  project.files.set("inputs/u/photo.png", { bytes: PNG, contentType: "image/png" });
  const { stream, ...about } = await openInput("u/photo.png");
  assert.deepEqual(about, { name: "photo.png", contentType: "image/png", bytes: PNG.length });
  assert.deepEqual(await new Response(stream).bytes(), PNG);
});

Deno.test("an input that is not there is an error", async () => {
  await assert.rejects(openInput("u/nothing.png"), /input_gone/);
});
