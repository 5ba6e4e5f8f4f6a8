import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { deletePrefix } from "./delete_prefix.ts";
import { PNG } from "./png_fixture.ts";

const project = fakeSupabase();
const put = (...paths: string[]) => {
  for (const path of paths) project.files.set(`outputs/${path}`, { bytes: PNG, contentType: "image/png" });
};
const left = () => [...project.files.keys()].map((path) => path.slice("outputs/".length)).sort();
const soon = () => ({ deadline: Date.now() + 5_000 });

Deno.test("all that begins with a prefix goes, in folders below too, and nothing else", async () => {
  put("u/j/1-0.png", "u/j/1-1.png", "u/j/11-0.png", "u/j2/1-0.png", "u/j/deep/er/a.png", "v/j/1-0.png");
  assert.ok(await deletePrefix("outputs", "u/j/1-", soon()));
  assert.deepEqual(left(), ["u/j/11-0.png", "u/j/deep/er/a.png", "u/j2/1-0.png", "v/j/1-0.png"]);
  assert.ok(await deletePrefix("outputs", "u/j/", soon()));
  assert.deepEqual(left(), ["u/j2/1-0.png", "v/j/1-0.png"]);
  assert.ok(await deletePrefix("outputs", "u/", soon()));
  assert.deepEqual(left(), ["v/j/1-0.png"]);
  assert.ok(await deletePrefix("outputs", "nobody/", soon()));
});

Deno.test("what was named before paths had a grammar goes too", async () => {
  put("u//a.png", "u/../v/b.png", "u/./c.png", "u///d", "u/?/e.png", "v/f.png");
  assert.ok(await deletePrefix("outputs", "u/", soon()));
  assert.deepEqual(left(), ["v/f.png"]);
});

Deno.test("what is to be kept stays, and more than a page goes", async () => {
  put(...Array.from({ length: 2_345 }, (_, n) => `u/j/${String(n).padStart(5, "0")}.png`));
  const keep = ["u/j/00003.png", "u/j/02001.png"];
  assert.ok(await deletePrefix("outputs", "u/j/", { ...soon(), keep }));
  assert.deepEqual(left(), keep);
});

Deno.test("when the time is over the rest is left for another time", async () => {
  put("u/j/1-0.png");
  assert.equal(await deletePrefix("outputs", "u/j/", { deadline: 0 }), false);
  assert.deepEqual(left(), ["u/j/1-0.png"]);
});
