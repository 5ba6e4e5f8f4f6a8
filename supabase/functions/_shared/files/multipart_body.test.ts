import assert from "node:assert/strict";
import fc from "fast-check";
import { multipartBody } from "./multipart_body.ts";

type Input = Parameters<typeof multipartBody>[1];

function file(bytes: Uint8Array<ArrayBuffer>, differences: Partial<Input> = {}): Input {
  const stream = new Blob([bytes]).stream();
  return { field: "file", name: "photo.png", contentType: "image/png", stream, ...differences };
}

/** Reads a body as a server would. */
async function parse({ body, contentType }: ReturnType<typeof multipartBody>): Promise<FormData> {
  return await new Response(body, { headers: { "content-type": contentType } })
    .formData();
}

Deno.test("a server reads the fields and the file that were sent", async () => {
  const form = await parse(multipartBody({ apiKey: "key", fileType: "image" }, file(Uint8Array.of(1, 2, 3))));
  assert.deepEqual([...form.keys()], ["apiKey", "fileType", "file"]);
  assert.equal(form.get("apiKey"), "key");
  assert.equal(form.get("fileType"), "image");
  const sent = form.get("file") as File;
  assert.equal(sent.name, "photo.png");
  assert.equal(sent.type, "image/png");
  assert.deepEqual(await sent.bytes(), Uint8Array.of(1, 2, 3));
});

Deno.test("for any fields and bytes: what is read is what was sent", async () => {
  // Line ends of field values are a parser's to normalise; none of ours has any.
  const value = fc.string({ unit: "grapheme" }).filter((text) => !/[\r\n]/.test(text));
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,20}$/);
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Uint8Array.from(array));
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(name, value),
      bytes,
      async (fields, content) => {
        const form = await parse(multipartBody(fields, file(content, { field: "the file" })));
        const { "the file": sent, ...read } = Object.fromEntries(form);
        assert.deepEqual(read, { ...fields });
        assert.deepEqual(await (sent as File).bytes(), content);
      },
    ),
  );
});

Deno.test("bytes that look like a boundary or a header stay bytes", async () => {
  const nasty = new TextEncoder().encode(
    '\r\n--esteira\r\nContent-Disposition: form-data; name="apiKey"\r\n\r\nstolen\r\n--esteira--\r\n--\r\n',
  );
  const form = await parse(multipartBody({ apiKey: "key" }, file(nasty)));
  assert.deepEqual(form.getAll("apiKey"), ["key"]);
  assert.deepEqual(await (form.get("file") as File).bytes(), nasty);
});

Deno.test("a name cannot add headers, parameters or parts", async () => {
  const tricky = fc.string({ unit: fc.constantFrom('"', "\r", "\n", ";", "=", "a", " ", ":", "-", "\\") });
  await fc.assert(
    fc.asyncProperty(tricky, tricky, tricky, async (name, field, type) => {
      const input = file(Uint8Array.of(7), {
        name: `n${name}`,
        field: `file${field}`,
        contentType: `image/png${type}`,
      });
      const text = await new Response(
        multipartBody({ apiKey: "key", [`f${field}`]: "v" }, input).body,
      ).text();
      const lines = text.split("\r\n");
      // Three parts of "boundary, disposition, (type,) empty line, content", and the closing boundary.
      assert.equal(lines.length, 4 + 4 + 5 + 2, text);
      assert.equal(lines.filter((line) => /^content-disposition:/i.test(line)).length, 3);
      for (const line of lines) assert.doesNotMatch(line, /[\r\n]/);
      assert.match(lines[9] ?? "", /^Content-Disposition: form-data; name="[^"]*"; filename="[^"]*"$/);
      assert.match(lines[10] ?? "", /^Content-Type: image\/png[^"\r\n]*$/);
    }),
  );
});

Deno.test("two bodies have two boundaries, which their content types name", async () => {
  const [one, two] = [multipartBody({}, file(new Uint8Array())), multipartBody({}, file(new Uint8Array()))];
  assert.notEqual(one.contentType, two.contentType);
  const boundary = one.contentType.match(/^multipart\/form-data; boundary=(\S+)$/)?.[1] ??
    "none";
  assert.ok((await new Response(one.body).text()).startsWith(`--${boundary}\r\n`));
  await two.body.cancel();
});

Deno.test("the file is pulled piece by piece, no earlier than it is read", async () => {
  let pulled = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1000));
      if (pulled === 1000) controller.close();
    },
  }, { highWaterMark: 0 });
  const reader = multipartBody({ apiKey: "key" }, file(new Uint8Array(), { stream })).body.getReader();
  assert.equal(pulled, 0);
  await reader.read(); // the head
  assert.equal(pulled, 0);
  for (const expected of [1, 2, 3]) {
    assert.equal((await reader.read()).value?.length, 1000);
    assert.equal(pulled, expected);
  }
  await reader.cancel();
});

Deno.test("a body that is given up gives up the file", async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel: () => void (cancelled = true),
  });
  const reader = multipartBody({}, file(new Uint8Array(), { stream })).body
    .getReader();
  await reader.read();
  await reader.read();
  await reader.cancel();
  assert.ok(cancelled);
});

Deno.test("a file that breaks off breaks the body off", async () => {
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error("the disk is gone"));
    },
  });
  const { body } = multipartBody({}, file(new Uint8Array(), { stream }));
  await assert.rejects(new Response(body).bytes(), /the disk is gone/);
});
