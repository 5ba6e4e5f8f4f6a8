import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { MultipartError } from "@esteira/multipart";
import { receiveUpload } from "./receive_upload.ts";

const MB = 1024 * 1024;

async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "upload-test-" });
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function requestOf(form: FormData): Request {
  return new Request("http://127.0.0.1/", { method: "POST", body: form });
}

function streamed(body: ReadableStream<Uint8Array>): Request {
  return new Request("http://127.0.0.1/", {
    method: "POST",
    headers: { "content-type": "multipart/form-data; boundary=b" },
    body,
  });
}

const HEAD = Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="big.png"\r\n\r\n');
const TAIL = Buffer.from("\r\n--b--\r\n");

Deno.test("the fields and the file of a form are received, the file with its size and digest", () =>
  inDirectory(async (directory) => {
    const content = new Uint8Array(300_000).map((_, n) => n * 31);
    const form = new FormData();
    form.append("apiKey", "key");
    form.append("file", new Blob([content]), "photo.png");
    form.append("fileType", "image");
    const { fields, file } = await receiveUpload(requestOf(form), { directory, maxBytes: content.length });
    assert.deepEqual([...fields], [["apiKey", "key"], ["fileType", "image"]]);
    assert.ok(typeof file === "object");
    assert.equal(file.originalName, "photo.png");
    assert.equal(file.bytes, content.length);
    assert.equal(file.sha256, createHash("sha256").update(content).digest("hex"));
    assert.deepEqual(await Deno.readFile(file.path), content);
  }));

Deno.test("the file reaches the disk while the body is still arriving", () =>
  inDirectory(async (directory) => {
    let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (stream = controller) });
    const received = receiveUpload(streamed(body), { directory, maxBytes: 10 * MB });
    stream?.enqueue(HEAD);
    for (let part = 1; part <= 3; part++) {
      stream?.enqueue(new Uint8Array(MB));
      const kept = HEAD.length; // generous: at most a boundary is kept back
      await until(async () => await sizeOfOnlyFile(directory) >= part * MB - kept);
    }
    stream?.enqueue(TAIL);
    stream?.close();
    const { file } = await received;
    assert.ok(typeof file === "object");
    assert.equal(file.bytes, 3 * MB);
  }));

Deno.test("a file over the limit is read to its end but not kept", () =>
  inDirectory(async (directory) => {
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(HEAD),
      pull(controller) {
        if (chunks++ < 50) return controller.enqueue(new Uint8Array(64 * 1024));
        controller.enqueue(TAIL);
        controller.close();
      },
    });
    const { file } = await receiveUpload(streamed(body), { directory, maxBytes: MB });
    assert.equal(file, "too_large");
    assert.ok(chunks > 50);
    assert.deepEqual([...Deno.readDirSync(directory)], []);
  }));

Deno.test("a file of exactly the limit is kept, one byte more is not", () =>
  inDirectory(async (directory) => {
    for (const [size, kept] of [[1000, true], [1001, false]] as const) {
      const form = new FormData();
      form.append("file", new Blob([new Uint8Array(size)]), "a.png");
      const { file } = await receiveUpload(requestOf(form), { directory, maxBytes: 1000 });
      assert.equal(typeof file === "object", kept);
    }
  }));

Deno.test("a form without a file, or with the file as text, has none", () =>
  inDirectory(async (directory) => {
    const form = new FormData();
    form.append("file", "not a file");
    const { fields, file } = await receiveUpload(requestOf(form), { directory, maxBytes: MB });
    assert.equal(file, "none");
    assert.equal(fields.get("file"), "not a file");
  }));

Deno.test("a body that breaks off leaves nothing on disk", () =>
  inDirectory(async (directory) => {
    const cut = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(HEAD);
        controller.enqueue(new Uint8Array(100_000));
        controller.close();
      },
    });
    await assert.rejects(receiveUpload(streamed(cut), { directory, maxBytes: MB }), MultipartError);
    const cutAfterFile = ReadableStream.from([HEAD, Buffer.from("content\r\n--b\r\n")]);
    await assert.rejects(receiveUpload(streamed(cutAfterFile), { directory, maxBytes: MB }), MultipartError);
    const aborted = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(HEAD),
      pull: (controller) => controller.error(new Error("connection reset")),
    });
    await assert.rejects(receiveUpload(streamed(aborted), { directory, maxBytes: MB }), /connection reset/);
    assert.deepEqual([...Deno.readDirSync(directory)], []);
  }));

Deno.test("an endless text field is refused instead of being collected", () =>
  inDirectory(async (directory) => {
    const form = new FormData();
    form.append("apiKey", "x".repeat(100_000));
    await assert.rejects(
      receiveUpload(requestOf(form), { directory, maxBytes: MB }),
      (error) => error instanceof MultipartError && error.code === "field_too_long",
    );
  }));

async function sizeOfOnlyFile(directory: string): Promise<number> {
  for await (const entry of Deno.readDir(directory)) {
    return (await Deno.stat(`${directory}/${entry.name}`)).size;
  }
  return 0;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!await condition()) {
    assert.ok(Date.now() < deadline, "the condition did not come true within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
