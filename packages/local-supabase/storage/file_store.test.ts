import assert from "node:assert/strict";
import { FileStore } from "./file_store.ts";

async function withStore(body: (store: FileStore, list: (sub: string) => string[]) => Promise<void>) {
  const directory = await Deno.makeTempDir();
  try {
    const list = (sub: string) => [...Deno.readDirSync(`${directory}/${sub}`)].map((entry) => entry.name);
    await body(await FileStore.open(directory), list);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const bytes = (...texts: string[]) =>
  ReadableStream.from(texts.map((text) => new TextEncoder().encode(text)));

Deno.test("what is received whole can be kept and read, in part or in full", async () => {
  await withStore(async (store) => {
    const { version, size, eTag } = await store.receive(bytes("hello ", "world"), 11);
    assert.equal(size, 11);
    assert.equal(eTag, '"5eb63bbbe01eeed093cb22bb8f5acdc3"');
    await assert.rejects(() => store.read(version, { start: 0, length: 11 }), Deno.errors.NotFound);
    await store.keep(version);
    const read = async (start: number, length: number) =>
      await new Response(await store.read(version, { start, length })).text();
    assert.equal(await read(0, 11), "hello world");
    assert.equal(await read(6, 3), "wor");
    assert.equal(await read(0, 0), "");
    const copy = await store.copy(version);
    await store.keep(copy);
    await store.discard(version);
    assert.equal(await new Response(await store.read(copy, { start: 0, length: 5 })).text(), "hello");
  });
});

Deno.test("a file that exceeds the limit stops being read at once and leaves nothing behind", async () => {
  await withStore(async (store, list) => {
    let pulled = 0;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(100).fill(++pulled)),
    });
    await assert.rejects(() => store.receive(endless, 1000), { code: "EntityTooLarge" });
    assert.ok(pulled < 15, `${pulled} chunks were read`);
    assert.deepEqual(list("uploading"), []);
  });
});

Deno.test("a body that breaks off leaves nothing behind, nor does a run that was killed", async () => {
  await withStore(async (store, list) => {
    const breaks = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(10));
        controller.error(new Error("connection reset"));
      },
    });
    await assert.rejects(() => store.receive(breaks, 1000), /connection reset/);
    assert.deepEqual(list("uploading"), []);
    await Deno.writeTextFile(`${store.directory}/uploading/left-over`, "half");
    await FileStore.open(store.directory);
    assert.deepEqual(list("uploading"), []);
  });
});

Deno.test("a stream that is cancelled closes its file", { sanitizeResources: true }, async () => {
  await withStore(async (store) => {
    const { version } = await store.receive(bytes("x".repeat(300_000)), 300_000);
    await store.keep(version);
    const stream = await store.read(version, { start: 0, length: 300_000 });
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel(); // the check for leaks fails on a file left open
  });
});
