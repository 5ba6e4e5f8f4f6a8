import assert from "node:assert/strict";
import { UploadStore } from "./upload_store.ts";

/** A request with one file in it. */
function upload(content: string): Request {
  const form = new FormData();
  form.append("file", new Blob([content]), "a.txt");
  return new Request("http://127.0.0.1/", { method: "POST", body: form });
}

async function inDirectory(test: (parent: string) => Promise<void>): Promise<void> {
  const parent = await Deno.makeTempDir({ prefix: "upload-test-" });
  try {
    await test(parent);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

async function stored(store: UploadStore, content: string) {
  const { file } = await store.receive(upload(content), 100);
  assert.ok(typeof file === "object");
  return file;
}

Deno.test("a file is found by its name; one that takes the name replaces it on disk too", () =>
  inDirectory(async (parent) => {
    const store = new UploadStore("store-", parent);
    await store.keep("a", await stored(store, "one"));
    await store.keep("a", await stored(store, "two"));
    assert.equal(await Deno.readTextFile(store.get("a")?.path ?? ""), "two");
    assert.equal([...Deno.readDirSync(await store.directory())].length, 1);
    assert.equal(store.get("b"), undefined);
    await store.remove();
  }));

Deno.test("there is no directory before the first file, and none in the end", () =>
  inDirectory(async (parent) => {
    const store = new UploadStore("store-", parent);
    await store.remove();
    assert.deepEqual([...Deno.readDirSync(parent)], []);
    await store.discard(await stored(store, "one"));
    await store.keep("b", await stored(store, "two"));
    assert.match([...Deno.readDirSync(parent)][0]?.name ?? "", /^store-/);
    await store.remove();
    assert.deepEqual([...Deno.readDirSync(parent)], []);
  }));
