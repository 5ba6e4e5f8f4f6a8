import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { copyInputs, discardCopies } from "./handed_copies.ts";
import { PNG } from "./png_fixture.ts";

const project = fakeSupabase();
const USER_ID = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
const PATH = `${USER_ID}/a.PNG`;
const copies = () => [...project.files.keys()].filter((key) => key.startsWith("handed/"));
Deno.test.beforeEach(() =>
  void project.files.set(`inputs/${PATH}`, { bytes: PNG, contentType: "image/png" })
);

/** Has Storage answer a look at a copy otherwise. */
async function looked<T>(answer: () => Response, body: () => Promise<T>): Promise<T> {
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) =>
    String(input).includes("/object/authenticated/handed/") ? Promise.resolve(answer()) : fetch(input, init);
  try {
    return await body();
  } finally {
    globalThis.fetch = fetch;
  }
}

Deno.test("a copy lies in the user's folder, and ends as its file does, however these were written", async () => {
  const [copy] = await copyInputs(USER_ID.toUpperCase(), [PATH]);
  assert(copy?.ok);
  assert.match(copy.value.key, new RegExp(`^${USER_ID}/[0-9a-f-]{36}\\.png$`));
  assert.deepEqual([copy.value.type, copy.value.bytes], ["image/png", PNG.length]);
});

Deno.test("a copy that cannot be looked at does not stay", async () => {
  const [copy] = await looked(
    () => Response.json({}, { status: 503 }),
    async () => await copyInputs(USER_ID, [PATH]),
  );
  assert.equal(copy?.ok, false);
  assert.deepEqual(copies(), []);
});

Deno.test("a copy whose size nobody tells is larger than anything", async () => {
  const [copy] = await looked(
    () => new Response(new Blob([PNG]).stream()),
    async () => await copyInputs(USER_ID, [PATH]),
  );
  assert.equal(copy?.ok && copy.value.bytes, Infinity);
});

Deno.test("however many copies there are, all are given back", async () => {
  const keys = Array.from({ length: 1001 }, () => `${USER_ID}/${crypto.randomUUID()}.png`);
  for (const key of keys) project.files.set(`handed/${key}`, { bytes: PNG, contentType: "image/png" });
  await discardCopies(keys);
  assert.deepEqual(copies(), []);
});
