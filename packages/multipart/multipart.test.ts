import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { MultipartError, partText, readMultipart } from "./multipart.ts";

const BOUNDARY = "----edge7";
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** Strings that go into a body have one character per byte. */
interface Whole {
  name: string;
  fileName?: string;
  contentType?: string;
  content: string;
}

function encode(parts: Whole[]): Buffer {
  const pieces = parts.map(({ name, fileName, contentType, content }) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"` +
    (fileName === undefined ? "" : `; filename="${fileName}"`) +
    (contentType === undefined ? "" : `\r\nContent-Type: ${contentType}`) + `\r\n\r\n${content}\r\n`
  );
  return Buffer.from(`${pieces.join("")}--${BOUNDARY}--\r\n`, "latin1");
}

async function* inPieces(body: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, n = 0; at < body.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    yield await Promise.resolve(body.subarray(at, at + size));
    at += size;
  }
}

async function decode(body: AsyncIterable<Uint8Array>, type: string | null = TYPE): Promise<Whole[]> {
  const parts: Whole[] = [];
  for await (const { bytes, ...head } of readMultipart(body, type)) {
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes) pieces.push(piece);
    parts.push({ ...head, content: Buffer.concat(pieces).toString("latin1") });
  }
  return parts;
}

// Content made mostly of pieces of a boundary, which is where a streaming reader goes wrong.
const nearMiss = fc.constantFrom(
  "\r",
  "\n",
  "\r\n",
  "\r\n\r\n",
  "-",
  "--",
  "\r\n-",
  "\r\n--",
  "\r\n----edge",
  `\r\n--${BOUNDARY.slice(0, -1)}`,
  `--${BOUNDARY}`,
  "x",
  "\0",
  "\xff",
);
const bytes = fc.uint8Array({ maxLength: 20 }).map((some) => Buffer.from(some).toString("latin1"));
const content = fc.array(fc.oneof({ weight: 3, arbitrary: nearMiss }, bytes), { maxLength: 12 })
  .map((pieces) => pieces.join("")).filter((text) => !text.includes(`\r\n--${BOUNDARY}`));

const encoded = (text: string) => Buffer.from(text).toString("latin1");
const decoded = (text: string) => Buffer.from(text, "latin1").toString("utf8");

Deno.test("parts are the same however the body is cut into chunks", async () => {
  const part = fc.record({
    name: fc.constantFrom("", "file", "a b", "ação", encoded("ação")),
    fileName: fc.oneof(
      fc.constantFrom("cat.png", "a;b.txt"),
      fc.stringMatching(/^[a-z é;=-]{1,12}\.png$/).map(encoded),
    ),
    contentType: fc.constantFrom("image/png", "text/plain;charset=UTF-8"),
    content,
  }, { requiredKeys: ["name", "content"] });
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      async (parts, sizes) => {
        const expected = parts.map(({ fileName, ...p }) => ({
          ...p,
          name: decoded(p.name),
          ...fileName !== undefined && { fileName: decoded(fileName) },
        }));
        assert.deepEqual(await decode(inPieces(encode(parts), sizes)), expected);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("a preamble, blanks after a boundary and an epilogue are skipped, and the body is read to its end", async () => {
  const body = Buffer.from(
    `preamble\r\n--${BOUNDARY}  \r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n` +
      `--${BOUNDARY}-- \r\nepilogue --${BOUNDARY}`,
  );
  for (const size of [1, 7, 1000]) {
    let ended = false;
    const whole = async function* () {
      yield* inPieces(body, [size]);
      ended = true;
    };
    assert.deepEqual(await decode(whole()), [{ name: "a", content: "1" }]);
    assert.ok(ended);
  }
});

Deno.test("what fetch makes of a FormData is read back as it was", async () => {
  const form = new FormData();
  form.append("cacheControl", "3600");
  form.append('wi"th\nbreak', "olá");
  form.append("", new File(["bytes"], 'ca"t.png', { type: "image/png" }));
  const request = new Request("http://127.0.0.1/", { method: "POST", body: form });
  const type = request.headers.get("content-type");
  const seen: unknown[] = [];
  for await (const part of readMultipart(request.body ?? inPieces(new Uint8Array(), [1]), type)) {
    seen.push([part.name, part.fileName, part.contentType, await partText(part, 100)]);
  }
  assert.deepEqual(seen, [
    ["cacheControl", undefined, undefined, "3600"],
    ['wi"th\r\nbreak', undefined, undefined, "olá"],
    ["", 'ca"t.png', "image/png", "bytes"],
  ]);
});

Deno.test("a part that is not read, or only in part, is skipped", async () => {
  const body = encode([{ name: "a", content: "x".repeat(500) }, { name: "b", content: "y".repeat(500) }, {
    name: "c",
    content: "z",
  }]);
  const seen: string[] = [];
  for await (const part of readMultipart(inPieces(body, [64]), TYPE)) {
    if (part.name === "b") { for await (const _ of part.bytes) break; }
    seen.push(part.name === "c" ? await partText(part, 10) : part.name);
  }
  assert.deepEqual(seen, ["a", "b", "z"]);
});

Deno.test("of a large part no more than a boundary is kept back, and leaving early cancels the body", async () => {
  const chunk = new Uint8Array(64 * 1024).fill(0x0d);
  const delimiter = `\r\n--${BOUNDARY}`;
  let sent = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(
        Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="big"\r\n\r\n`),
      );
    },
    pull(controller) {
      controller.enqueue(chunk);
      sent += chunk.length;
    },
    cancel: () => void (cancelled = true),
  }, { highWaterMark: 0 });
  let received = 0;
  for await (const part of readMultipart(body, TYPE)) {
    for await (const piece of part.bytes) {
      received += piece.length;
      assert.ok(sent - received < delimiter.length, `${sent - received} bytes are kept back`);
      if (received > 300 * chunk.length) break;
    }
    break;
  }
  assert.ok(cancelled);
});

Deno.test("bodies that are not what they claim are refused by name", async () => {
  const whole = encode([{ name: "a", content: "x" }]);
  const refused = (body: Uint8Array, type: string | null = TYPE) => decode(inPieces(body, [7]), type);
  await assert.rejects(() => refused(whole, "application/json"), { code: "no_boundary" });
  await assert.rejects(() => refused(whole, "multipart/form-data"), { code: "no_boundary" });
  await assert.rejects(() => refused(whole, ""), { code: "no_boundary" });
  await assert.rejects(() => refused(whole, `text/plain; boundary=${BOUNDARY}`), { code: "no_boundary" });
  await assert.rejects(() => refused(whole, null), { code: "no_boundary" });
  for (let cut = 0; cut < whole.length - 2; cut++) {
    await assert.rejects(() => refused(whole.subarray(0, cut)), { code: "incomplete" }, `cut at ${cut}`);
  }
  await assert.rejects(() => refused(Buffer.from(`--${BOUNDARY}junk`)), { code: "malformed" });
  await assert.rejects(() => refused(Buffer.from(`--${BOUNDARY}\r\nX: y\r\n\r\nz`)), { code: "malformed" });
  const attachment = `--${BOUNDARY}\r\nContent-Disposition: attachment; name="a"\r\n\r\n`;
  await assert.rejects(() => refused(Buffer.from(attachment)), { code: "malformed" });
  const endless = Buffer.from(`--${BOUNDARY}\r\nX: ${"y".repeat(20_000)}`);
  await assert.rejects(() => refused(endless), { code: "malformed" });
});

Deno.test("a text field longer than its limit is refused", async () => {
  const parts = readMultipart(inPieces(encode([{ name: "a", content: "x".repeat(11) }]), [5]), TYPE);
  const { value } = await parts.next();
  await assert.rejects(
    () => partText(value, 10),
    (error) => error instanceof MultipartError && error.code === "field_too_long",
  );
  await parts.return(undefined);
});
