import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { MultipartError } from "./multipart_error.ts";
import { MultipartParser } from "./multipart_parser.ts";

const BOUNDARY = "----boundaryK7";

interface Part {
  name: string;
  fileName?: string;
  bytes: Uint8Array;
}

function encodeParts(parts: readonly Part[], boundary = BOUNDARY): Buffer {
  const pieces = parts.flatMap(({ name, fileName, bytes }) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"`),
    Buffer.from(
      fileName === undefined ? "\r\n\r\n" : `; filename="${fileName}"\r\nContent-Type: image/png\r\n\r\n`,
    ),
    bytes,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

/** Parses a body that arrives in pieces of the given sizes (repeated), and puts the parts together again. */
function parse(body: Uint8Array, sizes: readonly number[]): Part[] {
  const parser = new MultipartParser(BOUNDARY);
  const parts: (Part & { ended: boolean })[] = [];
  for (let at = 0, n = 0; at < body.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    for (const event of parser.push(body.subarray(at, at + size))) {
      const last = parts.at(-1);
      if (event.kind === "part") {
        assert.ok(last?.ended ?? true, "a part begins before the last one ended");
        const { name, fileName } = event.head;
        parts.push({
          name,
          ...(fileName === undefined ? {} : { fileName }),
          bytes: new Uint8Array(),
          ended: false,
        });
      } else if (event.kind === "data") {
        assert.ok(last && !last.ended);
        last.bytes = new Uint8Array(Buffer.concat([last.bytes, event.bytes]));
      } else {
        assert.ok(last && !last.ended);
        last.ended = true;
      }
    }
    at += size;
  }
  parser.finish();
  return parts.map(({ ended: _ended, ...part }) => part);
}

// Contents made mostly of pieces of a boundary, which is where a streaming parser goes wrong.
const nearMiss = fc.constantFrom(
  "\r",
  "\n",
  "\r\n",
  "\r\n-",
  "\r\n--",
  `\r\n--${BOUNDARY.slice(0, -1)}`,
  `--${BOUNDARY}`,
  "\r\n\r\n",
)
  .map((text) => new Uint8Array(Buffer.from(text)));
const content = fc.array(fc.oneof(nearMiss, fc.uint8Array({ maxLength: 20 })), { maxLength: 8 })
  .map((pieces) => new Uint8Array(Buffer.concat(pieces)))
  .filter((bytes) => !Buffer.from(bytes).includes(`\r\n--${BOUNDARY}`));
const part: fc.Arbitrary<Part> = fc.record(
  {
    name: fc.stringMatching(/^[a-z]{1,8}$/),
    fileName: fc.stringMatching(/^[a-z é;=-]{1,12}\.png$/),
    bytes: content,
  },
  { requiredKeys: ["name", "bytes"], noNullPrototype: true },
);

Deno.test("the parts are the same wherever the body is cut into chunks", () => {
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
      (parts, sizes) => assert.deepEqual(parse(encodeParts(parts), sizes), parts),
    ),
    { numRuns: 500 },
  );
});

Deno.test("a preamble, an epilogue and blanks after a boundary are skipped", () => {
  const body = Buffer.from(
    `preamble\r\n--${BOUNDARY}  \r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--${BOUNDARY}-- \r\nepilogue --${BOUNDARY}`,
  );
  for (const size of [1, 7, 1000]) {
    assert.deepEqual(parse(body, [size]), [{ name: "a", bytes: new Uint8Array([0x31]) }]);
  }
});

Deno.test("no more than a boundary is kept back, however large the part", () => {
  const parser = new MultipartParser(BOUNDARY);
  const head = Buffer.from(
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n`,
  );
  for (const event of parser.push(head)) assert.equal(event.kind, "part");
  const chunk = new Uint8Array(64 * 1024).fill(0x0d);
  let received = 0;
  for (let n = 0; n < 320; n++) {
    for (const event of parser.push(chunk)) {
      assert.ok(event.kind === "data");
      received += event.bytes.length;
    }
    assert.ok(parser.pendingBytes <= BOUNDARY.length + 4, `${parser.pendingBytes} bytes are kept back`);
  }
  assert.equal(received + parser.pendingBytes, 320 * chunk.length);
});

Deno.test("a body that ends early is refused", () => {
  const whole = encodeParts([{ name: "file", fileName: "a.png", bytes: new Uint8Array([1, 2, 3]) }]);
  const closed = whole.length - "\r\n".length;
  fc.assert(fc.property(fc.integer({ min: 1, max: closed - 1 }), (length) => {
    assert.throws(
      () => parse(whole.subarray(0, length), [5]),
      (error) => error instanceof MultipartError && error.code === "incomplete",
    );
  }));
});

Deno.test("text after a boundary, endless headers and parts without a name are refused", () => {
  const bodies = [
    `--${BOUNDARY}x\r\n\r\n`,
    `--${BOUNDARY}\r\nContent-Type: ${"x".repeat(20_000)}`,
    `--${BOUNDARY}\r\nContent-Type: image/png\r\n\r\n`,
    `--${BOUNDARY}\r\nContent-Disposition: attachment; name="a"\r\n\r\n`,
  ];
  for (const body of bodies) {
    assert.throws(
      () => parse(Buffer.from(body), [100]),
      (error) => error instanceof MultipartError && error.code === "malformed",
      body.slice(0, 60),
    );
  }
});

Deno.test("what fetch sends as a form is understood", async () => {
  const form = new FormData();
  form.append("apiKey", "clé");
  form.append(
    "file",
    new Blob([new Uint8Array([0, 13, 10, 45, 45])], { type: "image/png" }),
    'a "quoted" name.png',
  );
  const request = new Request("http://127.0.0.1/", { method: "POST", body: form });
  const boundary = /boundary=(.*)$/.exec(request.headers.get("content-type") ?? "")?.[1] ?? "";
  const parser = new MultipartParser(boundary);
  const events = [...parser.push(new Uint8Array(await request.arrayBuffer()))];
  parser.finish();
  const heads = events.flatMap((event) => event.kind === "part" ? [event.head] : []);
  assert.deepEqual(heads.map(({ name, fileName }) => ({ name, fileName })), [
    { name: "apiKey", fileName: undefined },
    { name: "file", fileName: 'a "quoted" name.png' },
  ]);
  assert.deepEqual(
    events.flatMap((event) => event.kind === "data" ? [Buffer.from(event.bytes)] : []),
    [Buffer.from("clé"), Buffer.from([0, 13, 10, 45, 45])],
  );
});
